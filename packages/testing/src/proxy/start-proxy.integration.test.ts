import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { SeededRandom } from "../builders/seeded-random.ts";
import type { NetworkProxy } from "./network-proxy.ts";
import type { ProxyClock } from "./proxy-clock.ts";
import { type ProxyOptions, startProxy } from "./start-proxy.ts";

let open = new AsyncDisposableStack();
afterEach(async () => {
  await open.disposeAsync();
  open = new AsyncDisposableStack();
});

/** A client's side of a connection, or a target's, and what became of it. */
class End {
  readonly socket: Socket;
  readonly pieces: Buffer[] = [];
  receivedBytes = 0;
  isEnded = false;
  error: string | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    open.defer(() => void socket.destroy());
    socket.on("data", (bytes: Buffer) => {
      this.pieces.push(bytes);
      this.receivedBytes += bytes.length;
    });
    socket.on("end", () => {
      this.isEnded = true;
    });
    socket.on("error", (error: Error & { code?: string }) => {
      this.error = error.code;
    });
  }

  get text(): string {
    return Buffer.concat(this.pieces).toString();
  }
}

interface Network {
  readonly proxy: NetworkProxy;
  /** Both ends of a new connection. */
  readonly join: () => Promise<{ client: End; target: End }>;
  readonly dial: () => End;
}

async function network(options: Partial<ProxyOptions> = {}): Promise<Network> {
  const targets: End[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => targets.push(new End(socket)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  open.defer(() => void server.close());
  const target = { port: (server.address() as AddressInfo).port };
  const proxy = open.use(await startProxy({ target, ...options }));
  const dial = (): End => new End(connect({ port: proxy.port, host: "127.0.0.1", allowHalfOpen: true }));
  const join = async (): Promise<{ client: End; target: End }> => {
    const count = targets.length;
    const client = dial();
    await until(() => targets.length > count);
    return { client, target: targets.at(-1)! };
  };
  return { proxy, join, dial };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** A clock that stands still, notes what is asked of it, and lets nobody wait. */
function notedClock(): ProxyClock & { readonly pausesMs: number[] } {
  const pausesMs: number[] = [];
  let nowMs = 0;
  return {
    pausesMs,
    nowMs: () => nowMs,
    pause: async (ms) => {
      pausesMs.push(ms);
      nowMs += ms;
    },
  };
}

describe("a network without faults", () => {
  it("passes everything in both directions, and lets each side end by itself", async () => {
    const { proxy, join } = await network();
    const { client, target } = await join();
    client.socket.end("question");
    await until(() => target.isEnded);
    expect(target.text).toBe("question");
    target.socket.end("answer");
    await until(() => client.isEnded);
    expect(client.text).toBe("answer");
    await until(() => proxy.connections === 0);
    expect(proxy).toMatchObject({
      accepted: 1,
      cuts: 0,
      heldBytes: 0,
      passedBytes: { toTarget: 8, toClient: 6 },
    });
  });

  it("hands a reset on", async () => {
    const { join } = await network();
    const { client, target } = await join();
    target.socket.resetAndDestroy();
    await until(() => client.socket.destroyed);
    expect(client.error).toBe("ECONNRESET");
  });

  it("resets a connection whose target is not there, and those that are too many", async () => {
    const { proxy, join, dial } = await network({ connectionsMax: 1 });
    await join();
    const second = dial();
    await until(() => second.socket.destroyed);
    expect(second.error).toBe("ECONNRESET");
    expect(proxy.connections).toBe(1);
    const { port } = proxy;
    await proxy[Symbol.asyncDispose]();
    const away = await network({ target: { port } });
    const client = away.dial();
    await until(() => client.socket.destroyed);
    expect(client.error).toBe("ECONNRESET");
  });
});

describe("a slow network", () => {
  it("delays every piece by the latency and a share of the jitter that the seed determines, in order", async () => {
    const delays = async (seed: number): Promise<number[]> => {
      const clock = notedClock();
      const conditions = { latencyMs: 100, jitterMs: 50 };
      const { join } = await network({ clock, conditions, random: new SeededRandom(seed) });
      const { client, target } = await join();
      for (const piece of ["a", "b", "c"]) {
        client.socket.write(piece);
        await until(() => target.text.endsWith(piece));
      }
      expect(target.text).toBe("abc");
      return clock.pausesMs;
    };
    const first = await delays(1);
    expect(first).toHaveLength(3);
    for (const ms of first) expect(ms >= 100 && ms <= 150, String(ms)).toBe(true);
    expect(new Set(first).size).toBe(3);
    expect(await delays(1)).toEqual(first);
    expect(await delays(2)).not.toEqual(first);
  });

  it("lets through as many bytes per second as it is told to", async () => {
    const clock = notedClock();
    const { join } = await network({ clock, conditions: { bytesPerSecond: 1000 } });
    const { client, target } = await join();
    client.socket.write(Buffer.alloc(5000));
    await until(() => target.receivedBytes === 5000);
    // The pause behind the last piece may be about to be asked for.
    await until(() => clock.pausesMs.length === 50);
    expect(clock.pausesMs.every((ms) => ms === 100)).toBe(true);
  });

  it("delivers in pieces as small as it is told to", async () => {
    const heard: number[] = [];
    const tap = () => ({ hear: (_: string, bytes: Buffer) => void heard.push(bytes.length) });
    const { join } = await network({ tap, conditions: { pieceBytesMax: 3 } });
    const { client, target } = await join();
    client.socket.write("abcdefgh");
    await until(() => target.text === "abcdefgh");
    expect(heard).toEqual([3, 3, 2]);
  });

  it("holds no more than its bound, lets the sender wait, and loses nothing when it goes on", async () => {
    const { proxy, join } = await network({ bufferBytesMax: 100_000, conditions: { blackHole: "toTarget" } });
    const { client, target } = await join();
    const sent = Buffer.alloc(16 * 2 ** 20, "x");
    client.socket.write(sent);
    await until(() => proxy.heldBytes >= 100_000);
    expect(proxy.heldBytes).toBeLessThan(100_000 + 65_536);
    expect(client.socket.writableLength).toBeGreaterThan(0);
    await proxy.heal();
    await until(() => target.receivedBytes === sent.length);
    expect(proxy.heldBytes).toBe(0);
  });

  it("waits no longer for what was delayed once it has healed", async () => {
    const { proxy, join } = await network({ conditions: { latencyMs: 3_600_000 } });
    const { client, target } = await join();
    client.socket.write("late");
    await until(() => proxy.heldBytes === 4);
    await proxy.heal();
    await until(() => target.text === "late");
  });
});

describe("a torn network", () => {
  it.each([
    ["reset", "ECONNRESET"],
    ["close", undefined],
  ] as const)("cuts every connection at once, by a %s", async (kind, error) => {
    const { proxy, join } = await network();
    const { client, target } = await join();
    expect(proxy.cut(kind)).toBe(1);
    await until(() => client.isEnded || client.socket.destroyed);
    expect(client.error).toBe(error);
    await until(() => target.isEnded);
    expect(proxy).toMatchObject({ connections: 0, cuts: 1 });
  });

  it("cuts some of the connections, chosen by the seed", async () => {
    const cutOf = async (seed: number, reseeded = seed): Promise<boolean[]> => {
      const { proxy, join } = await network({ random: new SeededRandom(seed) });
      proxy.reseed(new SeededRandom(reseeded));
      expect(proxy.seed).toBe(reseeded);
      const clients: End[] = [];
      for (let i = 0; i < 12; i++) clients.push((await join()).client);
      const count = proxy.cut("reset", 0.5);
      await until(() => clients.filter(({ socket }) => socket.destroyed).length === count);
      return clients.map(({ socket }) => socket.destroyed);
    };
    const first = await cutOf(7);
    expect(new Set(first).size).toBe(2);
    expect(await cutOf(7)).toEqual(first);
    expect(await cutOf(8, 7)).toEqual(first);
  });

  it.each(["toTarget", "toClient"] as const)("cuts after so many bytes %s", async (direction) => {
    const { proxy, join } = await network({
      conditions: { cutAfterBytes: { [direction]: 5, kind: "close" } },
    });
    const { client, target } = await join();
    const [from, to] = direction === "toTarget" ? [client, target] : [target, client];
    from.socket.write("abc");
    await until(() => to.text === "abc");
    from.socket.write("defgh");
    await until(() => to.isEnded);
    expect(to.text).toBe("abcde");
    expect(proxy).toMatchObject({ cuts: 1, connections: 0 });
  });

  it("counts bytes from when the conditions came into force", async () => {
    const { proxy, join } = await network();
    const { client, target } = await join();
    client.socket.write("before");
    await until(() => target.text === "before");
    await proxy.apply({ cutAfterBytes: { toTarget: 2 } });
    client.socket.write("after");
    await until(() => target.isEnded);
    expect(target.text).toBe("beforeaf");
    await until(() => client.error === "ECONNRESET");
  });
});

it("cuts each connection after a number of its own, when it is given a range", async () => {
  const { join } = await network({ conditions: { cutAfterBytes: { toTarget: [10, 1000] } } });
  const passed = new Set<number>();
  for (let i = 0; i < 5; i++) {
    const { client, target } = await join();
    client.socket.write(Buffer.alloc(2000));
    await until(() => target.isEnded);
    expect(target.receivedBytes).toBeGreaterThanOrEqual(10);
    expect(target.receivedBytes).toBeLessThanOrEqual(1000);
    passed.add(target.receivedBytes);
  }
  expect(passed.size).toBeGreaterThan(1);
});

describe("a silent network", () => {
  it.each([
    ["toTarget", "", "answer"],
    ["toClient", "question", ""],
    ["both", "", ""],
  ] as const)(
    "passes nothing %s, tells nobody, and goes on when it heals",
    async (blackHole, asked, answered) => {
      const { proxy, join } = await network();
      const { client, target } = await join();
      await proxy.apply({ blackHole });
      client.socket.write("question");
      target.socket.write("answer");
      await until(() => proxy.heldBytes === 14 - asked.length - answered.length);
      await until(() => target.text === asked && client.text === answered);
      expect([client.isEnded, client.error, target.isEnded, target.error]).toEqual([
        false,
        undefined,
        false,
        undefined,
      ]);
      await proxy.heal();
      await until(() => target.text === "question" && client.text === "answer");
    },
  );

  it("keeps the end of a client that vanishes from the target until it heals", async () => {
    const { proxy, join } = await network();
    const vanishing = await join();
    const closing = await join();
    await proxy.apply({ blackHole: "both" });
    vanishing.client.socket.resetAndDestroy();
    closing.client.socket.end("last words");
    await until(() => proxy.heldBytes === 10);
    expect([vanishing.target.isEnded, closing.target.isEnded]).toEqual([false, false]);
    expect(proxy.connections).toBe(2);
    await proxy.heal();
    await until(() => vanishing.target.isEnded && closing.target.isEnded);
    expect(closing.target.text).toBe("last words");
  });

  it("can be left for good", async () => {
    const { proxy, join } = await network({ conditions: { blackHole: "both" } });
    const { client, target } = await join();
    client.socket.write("x");
    await until(() => proxy.heldBytes === 1);
    await proxy[Symbol.asyncDispose]();
    await until(() => target.isEnded && client.error === "ECONNRESET");
    expect(proxy.connections).toBe(0);
  });
});

describe("a network that is away", () => {
  it.each([
    ["refuse", "ECONNREFUSED"],
    ["reset", "ECONNRESET"],
  ] as const)(
    "lets nobody in (%s), leaves those that are, and is back at the same port",
    async (how, code) => {
      const { proxy, join, dial } = await network();
      const { client, target } = await join();
      await proxy.apply({ newConnections: how });
      const refused = dial();
      await until(() => refused.socket.destroyed);
      expect(refused.error).toBe(code);
      client.socket.write("still here");
      await until(() => target.text === "still here");
      await proxy.heal();
      const again = await join();
      again.client.socket.write("back");
      await until(() => again.target.text === "back");
    },
  );

  it("can begin so", async () => {
    const { dial } = await network({ conditions: { newConnections: "refuse" } });
    const client = dial();
    await until(() => client.socket.destroyed);
    expect(client.error).toBe("ECONNREFUSED");
  });

  it("says when its port was taken in the meantime", async () => {
    const { proxy } = await network();
    await proxy.apply({ newConnections: "refuse" });
    const taker = createServer().listen(proxy.port, "127.0.0.1");
    await once(taker, "listening");
    open.defer(() => void taker.close());
    await expect(proxy.heal()).rejects.toMatchObject({ code: "EADDRINUSE" });
    await expect(startProxy({ target: { port: 1 }, port: proxy.port })).rejects.toMatchObject({
      code: "EADDRINUSE",
    });
  });
});

it.each([
  { latencyMs: -1 },
  { jitterMs: Number.NaN },
  { bytesPerSecond: 0 },
  { pieceBytesMax: 0.5 },
  { cutAfterBytes: { toClient: -1 } },
  { cutAfterBytes: { toTarget: [2, 1] as const } },
])("refuses conditions that mean nothing: %o", async (conditions) => {
  await expect(startProxy({ target: { port: 1 }, conditions })).rejects.toThrow(RangeError);
});
