import { describe, expect, test } from "vitest";
import type { CloudEvent } from "./cloud-event.ts";
import type { HandlerFailure } from "./event-bus.ts";
import { inProcessBus } from "./in-process-bus.ts";

const data = new Uint8Array();
/** So many events, with the numbers from `first` on for ids. */
function events(count: number, first = 1, fields: Partial<CloudEvent> = {}): CloudEvent[] {
  return Array.from({ length: count }, (_, i) => {
    return { id: String(first + i), source: "/s", type: "Placed", extensions: {}, data, ...fields };
  });
}

/** A handler that notes what it gets, and stands still until it is let go. */
function gated() {
  const seen: string[] = [];
  const { promise: open, resolve } = Promise.withResolvers<void>();
  const handler = async (event: CloudEvent): Promise<void> => {
    seen.push(event.id);
    await open;
  };
  return { seen, handler, open: resolve };
}

/** Lets everything run that is ready to. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe("the bus within a process", () => {
  test("hands events to those who asked for them, by type and by subject", async () => {
    const seen: Record<string, string[]> = { all: [], types: [], subjects: [], both: [] };
    {
      await using bus = inProcessBus();
      const note = (name: string) => (event: CloudEvent) => void seen[name]?.push(event.id);
      bus.subscribe({}, note("all"));
      bus.subscribe({ types: ["*Placed", "Paid"] }, note("types"));
      bus.subscribe({ subjects: ["Order/*"] }, note("subjects"));
      bus.subscribe({ types: ["Paid"], subjects: ["Cart/*", "Order/1"] }, note("both"));
      await bus.publish([
        ...events(1, 1, { type: "OrderPlaced", subject: "Order/1" }),
        ...events(1, 2, { type: "Paid", subject: "Order/1" }),
        ...events(1, 3, { type: "Paid", subject: "Invoice/1" }),
        ...events(1, 4, { type: "Unpaid" }),
      ]);
    }
    expect(seen).toEqual({
      all: ["1", "2", "3", "4"],
      types: ["1", "2", "3"],
      subjects: ["1", "2"],
      both: ["2"],
    });
  });

  test("goes on after a handler's failure, reports it, and harms nobody else", async () => {
    const failures: HandlerFailure[] = [];
    const seen: string[] = [];
    await using bus = inProcessBus({
      onHandlerFailure(failure) {
        failures.push(failure);
        throw new Error("The reporter fails, too.");
      },
    });
    const interest = { types: ["Placed"] };
    const failing = bus.subscribe(interest, (event) => {
      if (event.id === "1") throw new Error("sync");
      return event.id === "2" ? Promise.reject(new Error("async")) : Promise.resolve();
    });
    const other = bus.subscribe({}, (event) => void seen.push(event.id));
    await bus.publish(events(3));
    await expect.poll(() => failing.status().handled).toBe(1);
    await expect.poll(() => other.status().handled).toBe(3);
    expect(seen).toEqual(["1", "2", "3"]);
    expect(failures.map(({ event, error }) => [event.id, String(error)])).toEqual([
      ["1", "Error: sync"],
      ["2", "Error: async"],
    ]);
    expect(failures[0]?.interest).toBe(interest);
    expect(failing.status()).toMatchObject({
      failed: 2,
      dropped: 0,
      queued: 0,
      lastError: new Error("async"),
    });
    await bus.publish(events(1, 9));
    await expect.poll(() => seen).toEqual(["1", "2", "3", "9"]);
  });

  test("makes publishers wait for a full queue, and loses nothing", async () => {
    const slow = gated();
    const fast: string[] = [];
    await using bus = inProcessBus();
    const subscription = bus.subscribe({ queueMax: 2 }, slow.handler);
    bus.subscribe({}, (event) => void fast.push(event.id));
    await bus.publish(events(2));
    let published = 0;
    const waiting = [bus.publish(events(3, 3)), bus.publish(events(2, 6))];
    for (const publication of waiting) publication.then(() => published++);
    await settled();
    expect(published).toBe(0);
    expect(subscription.status().queued).toBe(2);
    expect(fast).toEqual(["1", "2", "3", "4", "5", "6", "7"]);
    slow.open();
    await Promise.all(waiting);
    await expect.poll(() => slow.seen).toEqual(["1", "2", "3", "4", "5", "6", "7"]);
  });

  test("drops the oldest of a full queue for those who ask for it, and counts them", async () => {
    const slow = gated();
    await using bus = inProcessBus();
    const subscription = bus.subscribe({ queueMax: 2, whenFull: "drop-oldest" }, slow.handler);
    await bus.publish(events(1));
    await expect.poll(() => slow.seen).toEqual(["1"]);
    await bus.publish(events(5, 2));
    expect(subscription.status()).toMatchObject({ queued: 2, dropped: 3 });
    slow.open();
    await expect.poll(() => slow.seen).toEqual(["1", "5", "6"]);
  });

  test("refuses a publication when too many wait, and gives nobody its events", async () => {
    const slow = gated();
    const fast: string[] = [];
    await using bus = inProcessBus({ publicationsMax: 1, closeTimeoutMs: 1 });
    bus.subscribe({ queueMax: 1 }, slow.handler);
    bus.subscribe({}, (event) => void fast.push(event.id));
    const waiting = bus.publish(events(3));
    await expect(bus.publish(events(1, 4))).rejects.toMatchObject({
      code: "resource-exhausted",
      retryable: true,
    });
    await settled();
    expect(fast).toEqual(["1", "2", "3"]);
    slow.open();
    await waiting;
    await bus.publish(events(1, 5));
  });

  test("leaves out the rest of a publication that is called off while it waits", async () => {
    const slow = gated();
    await using bus = inProcessBus();
    bus.subscribe({ queueMax: 1 }, slow.handler);
    const controller = new AbortController();
    const waiting = bus.publish(events(3), { signal: controller.signal });
    await settled();
    controller.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    await expect(bus.publish(events(1, 9), { signal: controller.signal })).rejects.toThrow("enough");
    slow.open();
    await bus.publish(events(1, 4));
    await expect.poll(() => slow.seen.at(-1)).toBe("4");
    expect(slow.seen).not.toContain("3");
  });

  test("ends a subscription at once: what waits is dropped, and the handler is told", async () => {
    await using bus = inProcessBus({ closeTimeoutMs: 60_000 });
    let aborted = false;
    const subscription = bus.subscribe({ queueMax: 2 }, (_event, { signal }) => {
      return new Promise<void>((resolve) => {
        signal.addEventListener("abort", () => {
          aborted = true;
          resolve();
        });
      });
    });
    const waiting = bus.publish(events(5));
    await settled();
    await subscription[Symbol.asyncDispose]();
    await waiting;
    expect(aborted).toBe(true);
    expect(subscription.status()).toMatchObject({ handled: 1, dropped: 4, queued: 0 });
    await bus.publish(events(1));
    expect(subscription.status().dropped).toBe(4);
  });

  test("closes when handlers are through, and does not wait for those that never end", async () => {
    const seen: string[] = [];
    const bus = inProcessBus({ closeTimeoutMs: 20 });
    bus.subscribe({}, async (event) => {
      await settled();
      seen.push(event.id);
    });
    let told: unknown;
    const stuck = bus.subscribe({}, (_event, { signal }) => {
      signal.addEventListener("abort", () => {
        told = signal.reason;
      });
      return new Promise(() => {});
    });
    await bus.publish(events(2));
    await bus[Symbol.asyncDispose]();
    expect(seen).toEqual(["1", "2"]);
    expect(told).toBeInstanceOf(Error);
    expect(stuck.status().dropped).toBe(1);
    await expect(bus.publish(events(1))).rejects.toMatchObject({ code: "unavailable" });
    expect(() => bus.subscribe({}, () => {})).toThrow("The bus was closed");
  });

  test("refuses a queue without room", () => {
    expect(() => inProcessBus().subscribe({ queueMax: 0 }, () => {})).toThrow("queueMax is 0");
  });
});
