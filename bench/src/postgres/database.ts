import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres } from "@leftfold/embedded-postgres";
import postgres, { type Sql } from "postgres";
import { type CpuAccount, parentPid } from "../harness/cpu-time.ts";

/** What one has to know of a PostgreSQL to judge figures from it. */
export interface DatabaseFacts {
  readonly version: string;
  /** Where it came from: `DATABASE_URL` or `embedded`. */
  readonly source: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** The PostgreSQL on which benchmarks run. */
export interface Database extends AsyncDisposable {
  readonly url: string;
  readonly facts: DatabaseFacts;
  /** Few connections for what is not measured. */
  readonly sql: Sql;
  /** The postmaster's CPU time, its backends' included; absent when it runs on another machine. */
  readonly cpu: CpuAccount | undefined;
  /**
   * The name of a schema that does not exist yet; it is dropped, with all that is in it, by `dropSchema` or
   * at the end.
   */
  freshSchema(): string;
  dropSchema(schema: string): Promise<void>;
  /**
   * Makes a database of its own on the same server, for what does not keep to one schema; dropped at the end.
   *
   * @returns how to connect to it.
   */
  freshDatabase(): Promise<string>;
  /**
   * Writes what is dirty to disk, so that it is not written during a measurement. Does nothing for want of
   * the right.
   */
  checkpoint(): Promise<void>;
}

const shown = [
  "fsync",
  "synchronous_commit",
  "full_page_writes",
  "wal_sync_method",
  "shared_buffers",
  "max_wal_size",
  "min_wal_size",
  "checkpoint_timeout",
];

/** So much write-ahead log is there to be written over. */
const recycledWalMiB = 2_048;
const walSegmentMiB = 16;

/**
 * What whoever runs a database of many gigabytes sets first (PostgreSQL's documentation, "Resource Consumption" and "WAL
 * Configuration"); as installed, it is set up for the smallest machines.
 */
function embeddedSettings(): Record<string, string> {
  const memoryMiB = totalmem() / 2 ** 20;
  return {
    shared_buffers: `${Math.max(128, Math.min(2048, Math.floor(memoryMiB / 8)))}MB`,
    max_wal_size: "8GB",
    min_wal_size: `${recycledWalMiB}MB`,
    checkpoint_timeout: "15min",
  };
}

/**
 * Leaves segments of the write-ahead log for PostgreSQL to write over, as it does once it has run for a while. A new one makes each
 * segment first, filled with zeros, while commits wait: several times a second, at the rates measured here.
 */
async function recycleWal(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    for (let made = 0; made < recycledWalMiB; made += walSegmentMiB) {
      await sql`select pg_logical_emit_message(true, '', ''), pg_switch_wal()`;
    }
    await sql`checkpoint`;
  } finally {
    await sql.end();
  }
}

/**
 * Connects to the PostgreSQL of `DATABASE_URL`, or starts the embedded one on an empty directory.
 *
 * @throws when its commits are not durable: such figures would be about something else.
 */
export async function openDatabase(
  given: string | undefined = process.env["DATABASE_URL"],
): Promise<Database> {
  if (given) return await connect(given, "DATABASE_URL", async () => {});
  const dataDir = await mkdtemp(join(tmpdir(), "leftfold-bench-"));
  const embedded = await startEmbeddedPostgres({ dataDir, settings: embeddedSettings() });
  const stop = async (): Promise<void> => {
    await embedded.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await recycleWal(embedded.url);
    return await connect(embedded.url, "embedded", stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function connect(url: string, source: string, stop: () => Promise<void>): Promise<Database> {
  const sql = postgres(url, { max: 2, onnotice: () => {} });
  const schemas = new Set<string>();
  const databases = new Set<string>();
  const dropSchema = async (schema: string): Promise<void> => {
    await sql.unsafe(`drop schema if exists "${schema}" cascade`);
    schemas.delete(schema);
  };
  try {
    return {
      url,
      sql,
      facts: await readFacts(sql, source),
      cpu: await postmaster(sql),
      freshSchema: () => {
        const schema = freshName();
        schemas.add(schema);
        return schema;
      },
      dropSchema,
      freshDatabase: async () => {
        const database = freshName();
        await sql.unsafe(`create database "${database}"`);
        databases.add(database);
        const there = new URL(url);
        there.pathname = `/${database}`;
        return there.href;
      },
      checkpoint: async () => {
        await sql.unsafe("checkpoint").catch(() => {});
      },
      [Symbol.asyncDispose]: async () => {
        for (const schema of schemas) await dropSchema(schema);
        for (const database of databases)
          await sql.unsafe(`drop database if exists "${database}" with (force)`);
        await sql.end();
        await stop();
      },
    };
  } catch (error) {
    await sql.end();
    throw error;
  }
}

function freshName(): string {
  return `bench_${randomBytes(6).toString("hex")}`;
}

async function readFacts(sql: Sql, source: string): Promise<DatabaseFacts> {
  const rows = await sql<{ name: string; setting: string }[]>`
    select name, current_setting(name) as setting from pg_settings where name = any(${[...shown, "server_version"]})`;
  const settings = Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
  const { server_version: version = "unknown", ...rest } = settings;
  for (const name of ["fsync", "synchronous_commit", "full_page_writes"]) {
    if (rest[name] === "off") {
      throw new Error(`PostgreSQL runs with ${name} = off. Figures are about durable commits: switch it on.`);
    }
  }
  return { version, source, settings: rest };
}

/**
 * The postmaster is the parent of every backend; it is only looked for where backends can be seen to be
 * PostgreSQL's.
 */
async function postmaster(sql: Sql): Promise<CpuAccount | undefined> {
  const [row] = await sql<{ pid: number; local: boolean }[]>`
    select pg_backend_pid() as pid, coalesce(inet_server_addr() = inet_client_addr(), true) as local`;
  const pid = row?.local === true ? parentPid(row.pid) : undefined;
  return pid === undefined ? undefined : { name: "postgres", pid, withChildren: true };
}
