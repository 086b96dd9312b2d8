import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SeededRandom, uniqueTenant } from "@leftfold/testing";
import type { Shape } from "../shape.ts";
import { ClientNode } from "./client-node.ts";
import { clientOptions } from "./client-options.ts";
import type { DataFolder, Needs } from "./needs.ts";
import { freePort } from "./port.ts";
import { PostgresNode } from "./postgres-node.ts";
import { compileServer, ServerNode } from "./server-node.ts";
import { straightWay, type Way } from "./way.ts";
import type { World } from "./world.ts";

/** A PostgreSQL and its servers, which are kept from run to run. One run at a time uses it. */
export class Lab implements AsyncDisposable {
  readonly needs: Needs;
  readonly postgres: PostgresNode;
  readonly #random = new SeededRandom();
  readonly #folder: DataFolder;
  readonly #servers: ServerNode[] = [];
  readonly #postgresWays: Way[] = [];

  private constructor(needs: Needs, folder: DataFolder, postgres: PostgresNode) {
    this.needs = needs;
    this.#folder = folder;
    this.postgres = postgres;
  }

  /** @throws whatever PostgreSQL cannot be started for; nothing is left running then. */
  static async open(needs: Needs, signal: AbortSignal): Promise<Lab> {
    const folder = await (needs.makeDataDir ?? makeDataDir)();
    const postgres = new PostgresNode(folder.path, await freePort(new SeededRandom()));
    const lab = new Lab(needs, folder, postgres);
    try {
      await Promise.all([postgres.start(signal), compileServer()]);
    } catch (error) {
      await lab[Symbol.asyncDispose]();
      throw error;
    }
    return lab;
  }

  /** The world of a run: its servers serve, its clients are new, its tenants empty. */
  async world(shape: Shape, signal: AbortSignal): Promise<World & AsyncDisposable> {
    while (this.#servers.length < shape.servers) await this.#addServer();
    const servers = this.#servers.slice(0, shape.servers);
    await Promise.all(servers.map((server) => server.start(signal)));
    const clients: ClientNode[] = [];
    const serverWays: Way[] = [];
    for (let index = 0; index < shape.clients; index++) {
      const targetPort = servers[index % servers.length]!.port;
      const way = await this.#openWay({ from: "client", index, targetPort });
      serverWays.push(way);
      clients.push(new ClientNode(clientOptions(way.port, shape.repeats)));
    }
    return {
      postgres: this.postgres,
      servers,
      clients,
      serverWays,
      postgresWays: this.#postgresWays.slice(0, shape.servers),
      tenantIds: Array.from({ length: shape.tenants }, uniqueTenant),
      async [Symbol.asyncDispose]() {
        for (const client of clients) await client[Symbol.asyncDispose]();
        for (const way of serverWays) await way[Symbol.asyncDispose]();
      },
    };
  }

  /** Starts what does not run, after a run whose faults could not be healed. */
  async mend(signal: AbortSignal): Promise<void> {
    await this.postgres.start(signal);
    for (const server of this.#servers) {
      server.resume();
      await server.start(signal);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#servers.map((server) => server[Symbol.asyncDispose]()));
    for (const way of this.#postgresWays) await way[Symbol.asyncDispose]();
    await this.postgres[Symbol.asyncDispose]();
    await this.#folder[Symbol.asyncDispose]();
  }

  async #addServer(): Promise<void> {
    const index = this.#servers.length;
    const way = await this.#openWay({ from: "server", index, targetPort: this.postgres.port });
    this.#postgresWays.push(way);
    const port = await freePort(this.#random);
    const databaseUrl = this.postgres.urlBy(way.port);
    this.#servers.push(new ServerNode({ port, databaseUrl, needs: this.needs }));
  }

  get #openWay(): typeof straightWay {
    return this.needs.openWay ?? straightWay;
  }
}

async function makeDataDir(): Promise<DataFolder> {
  const path = await mkdtemp(join(tmpdir(), "leftfold-prove-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 20 }) };
}
