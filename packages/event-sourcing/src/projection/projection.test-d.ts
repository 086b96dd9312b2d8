import { expectTypeOf } from "vitest";
import { z } from "zod";
import { defineAggregate } from "../aggregate/define-aggregate.ts";
import { defineBatchProjection } from "./define-batch-projection.ts";
import { defineDocumentsProjection } from "./define-documents-projection.ts";
import { defineProjection } from "./define-projection.ts";
import type { ReadModels } from "./read-models.ts";

const Account = defineAggregate({
  type: "Account",
  events: {
    AccountOpened: z.object({ owner: z.string() }),
    MoneyDeposited: z.object({ amount: z.number() }),
    MoneyWithdrawn: z.object({ amount: z.number() }),
  },
  initial: { balance: 0 },
  evolve: {
    AccountOpened: (account) => account,
    MoneyDeposited: (account, { amount }) => ({ balance: account.balance + amount }),
    MoneyWithdrawn: (account, { amount }) => ({ balance: account.balance - amount }),
  },
  commands: {},
});

const Order = defineAggregate({
  type: "Order",
  events: { OrderPlaced: z.object({ lines: z.array(z.string()) }) },
  initial: {},
  evolve: { OrderPlaced: (order) => order },
  commands: {},
});

const balances = defineProjection({
  name: "balances",
  version: 1,
  of: [Account, Order],
  key: (event) => {
    expectTypeOf(event.type).toEqualTypeOf<
      "AccountOpened" | "MoneyDeposited" | "MoneyWithdrawn" | "OrderPlaced"
    >();
    if (event.type === "OrderPlaced") {
      expectTypeOf(event.data).toEqualTypeOf<{ lines: string[] }>();
      expectTypeOf(event.aggregateType).toEqualTypeOf<"Order">();
    }
    return event.aggregateId;
  },
  initial: { balance: 0, owner: { name: "", city: null as string | null }, tags: [] as string[] },
  on: {
    AccountOpened: (row, { owner }, event) => {
      expectTypeOf(owner).toEqualTypeOf<string>();
      expectTypeOf(event.type).toEqualTypeOf<"AccountOpened">();
      expectTypeOf(event.globalNonce).toEqualTypeOf<bigint>();
      return { ...row, owner: { ...row.owner, name: owner } };
    },
    MoneyDeposited: (row, { amount }) => ({ ...row, balance: row.balance + amount }),
    OrderPlaced: () => null,
  },
  indexes: ["balance", "owner.city"],
});

defineProjection({
  name: "misspelt",
  version: 1,
  of: [Account],
  key: (event) => event.aggregateId,
  initial: { balance: 0 },
  on: {
    // @ts-expect-error no event of Account
    MoneyDeposted: (row) => row,
  },
});

defineProjection({
  name: "wrong-aggregate",
  version: 1,
  of: [Account],
  key: (event) => event.aggregateId,
  initial: { balance: 0 },
  on: {
    // @ts-expect-error an event of Order
    OrderPlaced: (row: { balance: number }) => row,
  },
});

defineProjection({
  name: "wrong-shape",
  version: 1,
  of: [Account],
  key: (event) => event.aggregateId,
  initial: { balance: 0 },
  on: {
    // @ts-expect-error the balance is a number
    MoneyDeposited: (row, { amount }) => ({ ...row, balance: String(amount) }),
    // @ts-expect-error the balance is missing
    MoneyWithdrawn: (_, { amount }) => ({ amount }),
  },
});

defineProjection({
  name: "wrong-data",
  version: 1,
  of: [Account],
  key: (event) => event.aggregateId,
  initial: { balance: 0 },
  on: {
    // @ts-expect-error the event has no such field
    MoneyDeposited: (row, { sum }) => ({ ...row, balance: sum }),
  },
});

defineProjection({
  name: "not-json",
  version: 1,
  of: [Account],
  key: (event) => event.aggregateId,
  // @ts-expect-error a date would come back as text
  initial: { at: new Date(0) },
  on: {},
});

defineProjection({
  name: "wrong-index",
  version: 1,
  of: [Account],
  key: (event) => event.aggregateId,
  initial: { balance: 0 },
  on: {},
  // @ts-expect-error no path of the document
  indexes: ["balnce"],
});

interface Row {
  balance: number;
  status: "open" | "closed";
}
const stated = defineProjection({
  name: "stated",
  version: 1,
  of: [Account],
  key: (event) => event.aggregateId,
  initial: (): Row => ({ balance: 0, status: "open" }),
  on: { AccountOpened: (row) => ({ ...row, status: "open" }) },
});

// What `initial` begins with is where a document begins, and not all that it can be.
defineProjection({
  name: "widened",
  version: 1,
  of: [Account],
  key: (event) => event.aggregateId,
  initial: { isOpen: false, balance: 0, owner: "", at: { deep: false } },
  on: { AccountOpened: (row) => ({ ...row, isOpen: true, balance: 1, owner: "ann", at: { deep: true } }) },
});

defineDocumentsProjection({
  name: "many",
  version: 1,
  of: [Account],
  keys: (event) => [event.aggregateId, "total"],
  initial: { balance: 0 },
  on: {
    MoneyDeposited: (documents, { amount }, event) => {
      documents.update("total", (total) => ({ balance: total.balance + amount }));
      expectTypeOf(documents.get(event.aggregateId)).toEqualTypeOf<{ balance: number } | undefined>();
      // @ts-expect-error no such field
      documents.put(event.aggregateId, { balnce: 1 });
    },
    // @ts-expect-error no event of Account
    Misspelt: () => undefined,
  },
});

interface Transaction {
  run(statement: string): Promise<void>;
}
defineBatchProjection({
  name: "free",
  version: 1,
  of: [Account],
  events: ["MoneyDeposited"],
  within: async (events, transaction: Transaction) => {
    expectTypeOf(events[0]!.data).toEqualTypeOf<{ amount: number }>();
    await transaction.run("select 1");
  },
});

defineBatchProjection({
  name: "free-misspelt",
  version: 1,
  of: [Account],
  // @ts-expect-error no event of Account
  events: ["MoneyDeposted"],
});

declare const readModels: ReadModels;
const view = readModels.of(balances);
const page = await view.find({
  where: { balance: { gte: 1000 }, "owner.city": { prefix: "B" }, tags: { contains: "vip" } },
  orderBy: { balance: "desc", "owner.name": { nulls: "first" } },
  limit: 20,
});
expectTypeOf(page.documents[0]!.document.balance).toEqualTypeOf<number>();
expectTypeOf(await view.get("ann")).toEqualTypeOf<
  { balance: number; owner: { name: string; city: string | null }; tags: string[] } | undefined
>();
await view.find({ where: { or: [{ balance: 1 }, { not: { "owner.city": null } }] } });
await view.count({ balance: { in: [1, 2] } });
await readModels.of(stated).find({ where: { status: "open" } });

declare const asked: { min: number | undefined; city: string | undefined; limit: number | undefined };
await view.find({
  where: { balance: { gte: asked.min }, "owner.city": { prefix: asked.city } },
  limit: asked.limit,
});
await view.find({
  // @ts-expect-error it would select everything
  where: { balance: asked.min },
});
await view.find({
  where: {
    // @ts-expect-error no such field
    balnce: 1,
  },
});
await view.find({
  // @ts-expect-error a number is compared with numbers
  where: { balance: { gte: "1000" } },
});
await view.find({
  // @ts-expect-error numbers have no prefix
  where: { balance: { prefix: "1" } },
});
await view.find({
  // @ts-expect-error a balance is never missing
  where: { balance: null },
});
await view.find({
  // @ts-expect-error no such path
  orderBy: { "owner.street": "asc" },
});
await view.find({
  // @ts-expect-error lists have no order
  orderBy: { tags: "asc" },
});
await view.find({
  // @ts-expect-error no such direction
  orderBy: { balance: "down" },
});
// @ts-expect-error no such state
await readModels.of(stated).find({ where: { status: "opn" } });
