import type { Lease, LeaseStore } from "@leftfold/core";
import { expect } from "vitest";
import type { PortContext, PortStores } from "../port-stores.ts";

/** What the contract of leases runs over. */
export interface LeaseStores extends PortStores<LeaseStore> {
  /**
   * Lets so much time pass on the store's clock; when absent, tests wait until leases that were given for a
   * moment end.
   */
  readonly letPass?: ((durationMs: number) => void | Promise<void>) | undefined;
}

export type LeaseContext = LeaseStores & PortContext<LeaseStore>;

/** For so long a lease does not end while a test runs. */
export const longMs = 3_600_000;

/** For so long a lease is given that is to end in a test. It may have ended before the next line. */
const shortMs = 40;

/** The lease, which must have been given. */
export async function given(acquiring: Promise<Lease | undefined>): Promise<Lease> {
  const lease = await acquiring;
  return lease ?? expect.fail("The lease should have been given.");
}

/** Takes or renews a lease for a moment, and waits until it has ended. */
export async function takeAndLetEnd(
  { store, letPass }: LeaseContext,
  name: string,
  owner: string,
): Promise<Lease> {
  const lease = await given(store.acquire({ name, owner, durationMs: shortMs }));
  await letEnd({ store, letPass }, name, shortMs);
  return lease;
}

/** Waits until a lease has ended that was given for so long. */
export async function letEnd(
  { store, letPass }: Pick<LeaseStores, "store" | "letPass">,
  name: string,
  durationMs: number,
): Promise<void> {
  await letPass?.(durationMs);
  while ((await store.list(name)).some((held) => held.name === name)) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
