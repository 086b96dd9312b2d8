import { randomUUID } from "node:crypto";
import { postgresBackend } from "@leftfold/backend-postgres";
import { connect } from "@leftfold/client";
import type { EventStoreBackend } from "@leftfold/core";
import { storm, uniqueTenant } from "@leftfold/testing";
import { describe, expect, test } from "vitest";
import { type Server, startServer } from "./start-server.ts";

const timeoutMs = 300_000;

/**
 * A server over a connection of its own to the database, and a client of it; it can be replaced by another
 * one.
 */
class Node implements AsyncDisposable {
  readonly client: EventStoreBackend;
  readonly #schema: string;
  #backend: EventStoreBackend;
  #server: Server;

  private constructor(schema: string, backend: EventStoreBackend, server: Server) {
    this.#schema = schema;
    this.#backend = backend;
    this.#server = server;
    this.client = connect({
      baseUrl: server.url,
      retry: { baseDelayMs: 5, delayMaxMs: 200, attemptsMax: 1000 },
    });
  }

  static async open(schema: string): Promise<Node> {
    const backend = await open(schema);
    return new Node(schema, backend, await startServer({ backend, bindAddr: "127.0.0.1:0" }));
  }

  /** Shuts the server down, as an update would, and starts another one in its place. */
  async replace(): Promise<void> {
    const bindAddr = new URL(this.#server.url).host;
    await this.#stop();
    this.#backend = await open(this.#schema);
    this.#server = await startServer({ backend: this.#backend, bindAddr });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client[Symbol.asyncDispose]();
    await this.#stop();
  }

  async #stop(): Promise<void> {
    await this.#server.close();
    await this.#backend[Symbol.asyncDispose]();
  }
}

function open(schema: string): Promise<EventStoreBackend> {
  return postgresBackend({ url: process.env["DATABASE_URL"]!, schema, heartbeatMs: 50 });
}

describe("two servers on one database, under 64 writers, three subscribers and a paging reader,", () => {
  test("show every acknowledged event once, in order, and none that was rejected", {
    timeout: timeoutMs,
  }, async () => {
    const schema = `storm_${randomUUID().replaceAll("-", "")}`;
    await using first = await Node.open(schema);
    await using second = await Node.open(schema);
    const report = await storm({ backends: [first.client, second.client] });
    expect(report).toMatchObject({ events: 20_000, unknown: 0 });
    expect(report.conflicts).toBeGreaterThan(0);
  });

  test("lose nothing and repeat nothing while they are replaced, one after the other", {
    timeout: timeoutMs,
  }, async () => {
    const schema = `storm_${randomUUID().replaceAll("-", "")}`;
    await using first = await Node.open(schema);
    await using second = await Node.open(schema);
    const tenantId = uniqueTenant();
    let isOver = false;
    const replacing = (async () => {
      let head = 0n;
      for (let round = 0; !isOver; round++) {
        await (round % 2 === 0 ? first : second).replace();
        // Something has to happen in between.
        const grown = head + 200n;
        do head = await first.client.tenant(tenantId).head();
        while (!isOver && head < grown);
      }
      return true;
    })();
    const backends = [first.client, second.client];
    const report = await storm({ backends, tenantId, events: 4000 }).finally(() => {
      isOver = true;
    });
    expect(await replacing).toBe(true);
    expect(report.events).toBe(4000);
  });
});
