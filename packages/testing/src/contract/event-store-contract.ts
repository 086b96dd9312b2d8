import { afterAll, beforeAll, describe, test } from "vitest";
import { contractAreas } from "./areas/contract-areas.ts";
import { contractSettings, type EventStoreContractOptions } from "./contract-backend.ts";
import { ContractHost } from "./contract-host.ts";

/**
 * Declares the vitest tests that an `EventStoreBackend` has to pass: every sentence of the contract's
 * semantics, over one backend or over several that share their logs.
 */
export function eventStoreContract(options: EventStoreContractOptions): void {
  const settings = contractSettings(options);
  describe(`the EventStore contract over ${options.name}`, () => {
    let host: ContractHost | undefined;
    beforeAll(async () => {
      host = await ContractHost.open(settings);
    });
    afterAll(() => host?.[Symbol.asyncDispose]());
    for (const area of contractAreas) {
      describe(area.name, () => {
        for (const contractTest of area.tests) test(contractTest.name, () => host?.run(contractTest));
      });
    }
  });
}
