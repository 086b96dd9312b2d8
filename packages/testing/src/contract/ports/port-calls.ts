import { getEventListeners } from "node:events";
import { type CallOptions, UnavailableError } from "@leftfold/core";
import { expect } from "vitest";
import { type ContractArea, contractArea } from "../contract-area.ts";
import { expectInvalid, failure, failureOf } from "../failure.ts";
import type { PortContext } from "./port-stores.ts";

/** Every operation of a port by its name, with arguments that it takes. */
export type PortOperations<Store> = Readonly<
  Record<string, (store: Store, options?: CallOptions) => Promise<unknown>>
>;

/** What holds for every call of every port: how it is ended by its caller, and by the end of the store. */
export function portCalls<Store extends AsyncDisposable, Context extends PortContext<Store>>(
  operations: PortOperations<Store>,
): ContractArea<Context> {
  return contractArea<Context>("calls and their end", (test) => {
    for (const [name, call] of Object.entries(operations)) {
      test(`${name} rejects with the signal's reason when it is aborted before`, async ({ store }) => {
        for (const reason of [new Error("enough"), "a string"]) {
          const signal = AbortSignal.abort(reason);
          expect(await failure(() => call(store, { signal }))).toBe(reason);
          expect(await failure(() => call(store, { signal, timeoutMs: 60_000 }))).toBe(reason);
        }
      });

      test(`${name} rejects a timeout that is not above 0`, async ({ store }) => {
        for (const timeoutMs of [0, -1, Number.NaN]) {
          await expectInvalid(() => call(store, { timeoutMs }), "timeoutMs", { limit: /0/ });
        }
      });

      test(`${name} leaves nothing behind on a signal that stays quiet`, async ({ store }) => {
        const { signal } = new AbortController();
        for (let i = 0; i < 3; i++) await call(store, { signal, timeoutMs: 60_000 });
        expect(getEventListeners(signal, "abort")).toEqual([]);
      });
    }

    test("are refused with `unavailable` once the store is disposed, which can be repeated", async ({
      store,
    }) => {
      for (const call of Object.values(operations)) await call(store);
      await store[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      for (const call of Object.values(operations)) await failureOf(UnavailableError, () => call(store));
    });

    test("go on in another tenant's store when one is disposed", async ({ store, otherTenant }) => {
      await store[Symbol.asyncDispose]();
      for (const call of Object.values(operations)) await call(otherTenant);
    });
  });
}
