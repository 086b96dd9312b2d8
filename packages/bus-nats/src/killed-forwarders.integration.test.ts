import { randomUUID } from "node:crypto";
import { postgresBackend, postgresReadModels } from "@leftfold/backend-postgres";
import { SeededRandom } from "@leftfold/testing";
import { connect } from "@nats-io/transport-node";
import postgres from "postgres";
import { describe, expect, test } from "vitest";
import { appendMany, counters, noncesByAggregate } from "./test-kit/counters.ts";
import { KilledForwarder } from "./test-kit/killed-forwarder.ts";
import { findNatsServer, NatsServer } from "./test-kit/nats-server.ts";
import { streamContents } from "./test-kit/stream-contents.ts";

const binary = findNatsServer();
const url = process.env["DATABASE_URL"]!;

describe.skipIf(binary === undefined)("two processes that forward to NATS under one name", () => {
  test("leave nothing out and nothing out of order, when they and the server are killed", async () => {
    const random = new SeededRandom();
    const schema = `test_${randomUUID().replaceAll("-", "")}`;
    await using cleaning = new AsyncDisposableStack();
    const sql = postgres(url, { max: 1, onnotice: () => undefined });
    cleaning.defer(async () => {
      await sql`drop schema ${sql(schema)} cascade`;
      await sql.end();
    });
    const server = cleaning.use(await NatsServer.start(binary!));
    const store = cleaning.use(await postgresBackend({ url, schema })).tenant("shop");
    const readModels = cleaning.use(await postgresReadModels({ url, schema, tenantId: "shop" }));

    let left = 0;
    let awaited = { count: Number.POSITIVE_INFINITY, reached: (): void => {} };
    const start = (): KilledForwarder => {
      return cleaning.use(
        new KilledForwarder([url, schema, server.url], () => {
          if (++left >= awaited.count) awaited.reached();
        }),
      );
    };
    const running = [start(), start()];
    const rounds = 6;
    for (let round = 0; round < rounds; round++) {
      const { promise: reached, resolve } = Promise.withResolvers<void>();
      awaited = { count: left + 1 + random.below(250), reached: resolve };
      const appending = appendMany(store, 100);
      await reached;
      const victim = random.below(2);
      await running[victim]?.[Symbol.asyncDispose]();
      if (round % 2 === 0) await server.kill();
      await appending;
      if (round % 2 === 0) await server.restart();
      running[victim] = start();
    }
    const appended = BigInt(rounds * 300);
    const id = { name: "forwarder:killed", version: 1 };
    await expect.poll(() => readModels.checkpoint(id), { timeout: 40_000 }).toBe(appended);

    const connection = await connect({ servers: server.url });
    const nonces = noncesByAggregate(await streamContents(connection, "EVENTS"));
    await connection.close();
    const each = Array.from({ length: Number(appended) / counters }, (_, i) => i + 1);
    expect(nonces.size, `seed ${random.seed}`).toBe(counters);
    for (const found of nonces.values()) expect(found, `seed ${random.seed}`).toEqual(each);
  });
});
