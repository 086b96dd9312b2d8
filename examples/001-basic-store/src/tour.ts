import { ConcurrencyConflictError, type EventStore, exact, noStream } from "@leftfold/core";
import { describe, orderEvent } from "./order-events.ts";

/** Where the tour tells what happens. */
export type Say = (line: string) => void;

/** Appends, conflicts, repeats, reads and follows: everything that the store does, on an empty tenant. */
export async function tour(store: EventStore, say: Say): Promise<void> {
  await appendAndRead(store, say);
  await conflict(store, say);
  await repeat(store, say);
  await appendAtomically(store, say);
  await query(store, say);
  await follow(store, say);
}

// #region append
async function appendAndRead(store: EventStore, say: Say): Promise<void> {
  say("1. Append two events to an order that must not exist yet, and read them back.");
  const result = await store.append({
    appends: [
      {
        aggregateType: "Order",
        aggregateId: "1001",
        expected: noStream,
        events: [
          orderEvent("OrderPlaced", { item: "lamp", quantity: 2 }, ["customer:ann"]),
          orderEvent("OrderPaid", { amount: 79.8 }),
        ],
      },
    ],
  });
  say(`   recorded as ${result.firstGlobalNonce} to ${result.lastGlobalNonce} of the log`);
  for await (const event of store.readStream({ aggregateType: "Order", aggregateId: "1001" })) {
    say(`   ${describe(event)}`);
  }
}
// #endregion append

async function conflict(store: EventStore, say: Say): Promise<void> {
  say("2. Somebody who still believes the order to be at nonce 1 is told what it is at. Nothing is written.");
  const cancel = { aggregateType: "Order", aggregateId: "1001", events: [orderEvent("OrderCancelled", {})] };
  try {
    await store.append({ appends: [{ ...cancel, expected: exact(1n) }] });
  } catch (error) {
    if (!(error instanceof ConcurrencyConflictError)) throw error;
    for (const violation of error.violations) {
      if (violation.kind === "expectation")
        say(`   conflict: ${violation.aggregateId} is at ${violation.actual}`);
    }
  }
}

async function repeat(store: EventStore, say: Say): Promise<void> {
  say("3. An append that is repeated under its idempotency key is recorded once.");
  const ship = {
    appends: [
      {
        aggregateType: "Order",
        aggregateId: "1001",
        expected: exact(2n),
        events: [orderEvent("OrderShipped", { carrier: "bicycle" })],
      },
    ],
    idempotencyKey: "ship-1001",
  };
  for (const attempt of ["first", "again"]) {
    const { lastGlobalNonce, replayed } = await store.append(ship);
    say(`   ${attempt}: event ${lastGlobalNonce}, replayed: ${replayed}`);
  }
}

async function appendAtomically(store: EventStore, say: Say): Promise<void> {
  say(
    "4. One append over two aggregates: the last lamp leaves the stock as it is ordered, or neither happens.",
  );
  const { aggregates } = await store.append({
    appends: [
      {
        aggregateType: "Order",
        aggregateId: "1002",
        expected: noStream,
        events: [orderEvent("OrderPlaced", { item: "lamp", quantity: 1 }, ["customer:bob"])],
      },
      {
        aggregateType: "Stock",
        aggregateId: "lamp",
        expected: noStream,
        events: [orderEvent("StockTaken", { quantity: 1 }, ["customer:bob"])],
      },
    ],
  });
  for (const { aggregateType, aggregateId, aggregateNonce } of aggregates) {
    say(`   ${aggregateType} ${aggregateId} is now at ${aggregateNonce}`);
  }
}

async function query(store: EventStore, say: Say): Promise<void> {
  say("5. Read across aggregates: everything tagged customer:bob, the newest first.");
  const bobs = { anyOf: [{ tags: ["customer:bob"] }] };
  for await (const event of store.readAll({ query: bobs, direction: "backwards" }))
    say(`   ${describe(event)}`);
}

async function follow(store: EventStore, say: Say): Promise<void> {
  say("6. Follow the log: first what is there, then what comes.");
  for await (const message of store.subscribe({ after: 3n })) {
    if (message.kind === "event") {
      say(`   ${describe(message.event)}`);
      if (message.event.eventType === "OrderDelivered") break;
    }
    if (message.kind === "caughtUp") {
      say(`   … caught up at ${message.globalNonce}; now something happens …`);
      await store.append({
        appends: [
          {
            aggregateType: "Order",
            aggregateId: "1001",
            expected: exact(3n),
            events: [orderEvent("OrderDelivered", {})],
          },
        ],
      });
    }
  }
  say(`   The log ends at ${await store.head()}.`);
}
