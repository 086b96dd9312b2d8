import { describe, expect, test } from "vitest";
import { publishInOrder } from "./publish-in-order.ts";

/** Publishes names such as `a1`, of the key `a`; each is acknowledged, or refused, when the test says so. */
function publishing(names: readonly string[], inFlightMax: number, signal?: AbortSignal) {
  const sent: string[] = [];
  const outcomes = new Map(names.map((name) => [name, Promise.withResolvers<void>()]));
  const done = publishInOrder(names, {
    inFlightMax,
    keyOf: (name) => name.charAt(0),
    publish: (name) => {
      sent.push(name);
      return outcomes.get(name)?.promise ?? Promise.resolve();
    },
    signal,
  });
  done.catch(() => {});
  const ack = async (...acked: string[]): Promise<void> => {
    for (const name of acked) outcomes.get(name)?.resolve();
    await settled();
  };
  const refuse = async (name: string): Promise<void> => {
    outcomes.get(name)?.reject(new Error(`${name} is refused`));
    await settled();
  };
  return { sent, done, ack, refuse };
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe("publishing in order", () => {
  test("has several on their way, but of one key one after the other, and none overtaken", async () => {
    const { sent, done, ack } = publishing(["a1", "b1", "a2", "c1"], 10);
    expect(sent).toEqual(["a1", "b1"]);
    await ack("b1");
    expect(sent).toEqual(["a1", "b1"]);
    await ack("a1");
    expect(sent).toEqual(["a1", "b1", "a2", "c1"]);
    await ack("a2", "c1");
    await done;
  });

  test("has no more on their way than allowed", async () => {
    const { sent, done, ack } = publishing(["a1", "b1", "c1"], 2);
    expect(sent).toEqual(["a1", "b1"]);
    await ack("b1");
    expect(sent).toEqual(["a1", "b1", "c1"]);
    await ack("a1", "c1");
    await done;
  });

  test("sends nothing after a failure, and waits for what is on its way", async () => {
    const { sent, done, ack, refuse } = publishing(["a1", "b1", "a2"], 10);
    let over = false;
    done.catch(() => {
      over = true;
    });
    await refuse("a1");
    expect([sent, over]).toEqual([["a1", "b1"], false]);
    await ack("b1");
    await expect(done).rejects.toThrow("a1 is refused");
  });

  test("stops at the abort", async () => {
    const controller = new AbortController();
    const { sent, done, ack } = publishing(["a1", "a2"], 10, controller.signal);
    controller.abort(new Error("enough"));
    await ack("a1");
    await expect(done).rejects.toThrow("enough");
    expect(sent).toEqual(["a1"]);
  });

  test("of nothing is done at once", () => publishing([], 1).done);
});
