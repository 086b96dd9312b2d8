import { IdempotencyMismatchError, noStream } from "@leftfold/core";
import { expect } from "vitest";
import { anAppend, anEvent, noneOf, someEvents, uniqueEventId, uniqueTenant } from "../../builders/events.ts";
import { type ContractArea, contractArea } from "../contract-area.ts";
import { expectInvalid, failureOf } from "../failure.ts";
import { nonces, seed, streamOf, wholeLog } from "../shorthand.ts";

export const tenancy: ContractArea = contractArea("tenancy", (test) => {
  test("numbers each tenant's log and streams on their own, and shows nobody another's", async ({
    store,
    tenantId,
    tenant,
  }) => {
    const otherId = uniqueTenant();
    const other = tenant(otherId);
    await seed(store, 3);
    await other.append(anAppend({ expected: noStream, events: someEvents(2) }));
    await seed(store, 1);
    for (const [log, id, count] of [
      [store, tenantId, 4],
      [other, otherId, 2],
    ] as const) {
      expect(await log.head()).toBe(BigInt(count));
      const events = await wholeLog(log);
      expect(events.map(({ globalNonce }) => globalNonce)).toEqual(nonces(1, count));
      expect(events.map(({ aggregateNonce }) => aggregateNonce)).toEqual(nonces(1, count));
      for (const event of events) expect(event.tenantId).toBe(id);
      expect(await streamOf(log)).toEqual(events);
    }
  });

  test("keeps idempotency keys, event ids and conditions apart", async ({ store, tenant }) => {
    const eventId = uniqueEventId();
    const events = [anEvent({ eventId, tags: ["only"] })];
    const conditions = [noneOf([{ tags: ["only"] }])];
    const request = anAppend({ expected: noStream, events, conditions, idempotencyKey: "k" });
    for (const log of [store, tenant(), tenant()]) {
      expect((await log.append(request)).replayed).toBe(false);
      expect((await log.append(request)).replayed).toBe(true);
      const another = { ...anAppend(), idempotencyKey: "k" };
      await failureOf(IdempotencyMismatchError, () => log.append(another));
      expect(await log.head()).toBe(1n);
    }
  });

  test("delivers to a subscriber its own tenant's events only", async ({ store, tenant, follow }) => {
    const other = tenant();
    const [mine, theirs] = [follow(), follow({}, other)];
    for (let i = 0; i < 10; i++) {
      await seed(store, 1);
      await seed(other, 2);
    }
    await Promise.all([mine.reach(10n), theirs.reach(20n)]);
    expect(mine.events).toEqual(await wholeLog(store));
    expect(theirs.events).toEqual(await wholeLog(other));
  });

  test("takes a tenant's name to the letter", async ({ tenant }) => {
    const base = uniqueTenant();
    const tenantIds = [
      base,
      base.toUpperCase(),
      `${base} `,
      ` ${base}`,
      `${base}é`,
      `${base}e\u0301`,
      `${base}%`,
    ];
    for (const [i, tenantId] of tenantIds.entries()) await seed(tenant(tenantId), i + 1);
    for (const [i, tenantId] of tenantIds.entries()) {
      expect(await tenant(tenantId).head(), tenantId).toBe(BigInt(i + 1));
    }
  });

  test("serves many tenants side by side", async ({ tenant }) => {
    const tenants = Array.from({ length: 40 }, () => tenant());
    await Promise.all(
      tenants.map(async (log, i) => {
        for (let count = 0; count <= i % 5; count++) await seed(log, 2);
      }),
    );
    for (const [i, log] of tenants.entries()) {
      const events = await wholeLog(log);
      expect(events.map(({ globalNonce }) => globalNonce)).toEqual(nonces(1, 2 * ((i % 5) + 1)));
    }
  });

  for (const [words, tenantId, limit] of [
    ["that is empty", "", /255/],
    ["of 256 characters", "t".repeat(256), /255/],
    ["with a line break", "a\nb", /control/],
    ["with a zero character", "a\u0000", /control/],
    ["with a lone surrogate", "\udfff", /surrogate/],
  ] as const) {
    test(`rejects a tenant's name ${words}`, async ({ tenant }) => {
      await expectInvalid(async () => tenant(tenantId).head(), "tenantId", { limit });
    });
  }
});
