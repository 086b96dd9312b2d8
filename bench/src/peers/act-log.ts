import { setTimeout as sleep } from "node:timers/promises";
import type { Movement } from "../workload/account.ts";
import { moved, type PeerLog, type PeerPlace, pollMs, type SeenEvent } from "./peer-log.ts";

type Schemas = { [moved]: Movement };
const pageSize = 1000;
const uniqueViolation = "23505";

/**
 * The PostgreSQL adapter of `@rotorsoft/act`. To be opened in a process of its own: the package ends the
 * process on signals and unhandled rejections, and sets a parser of `pg` for everybody.
 */
export async function openAct({ url, schema, connections }: PeerPlace): Promise<PeerLog> {
  process.env["LOG_LEVEL"] = "fatal";
  // It sends the events of an append without waiting, which `pg` will no longer allow one day, and says so.
  process.noDeprecation = true;
  const { PostgresStore } = await import("@rotorsoft/act-pg");
  const { hostname, port, username, password, pathname } = new URL(url);
  const config = {
    host: hostname,
    port: Number(port || 5432),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    schema,
    // Handed on to its pool.
    max: connections,
  };
  const store = new PostgresStore(config);
  await store.seed();
  let conflicts = 0;

  const append: PeerLog["append"] = async (stream, movements, expected) => {
    const messages = movements.map((data) => ({ name: moved, data: { ...data } }) as const);
    const meta = { correlation: "bench", causation: {} };
    for (;;) {
      try {
        // Its versions begin with 0.
        const version = expected === undefined ? undefined : expected - 1;
        await store.commit<Schemas>(stream, messages, meta, version);
        return;
      } catch (error) {
        if (expected !== undefined || !isConflict(error)) throw error;
        conflicts++;
      }
    }
  };

  const page = async (after: number, seen: (event: SeenEvent) => void): Promise<number> => {
    let last = after;
    await store.query<Schemas>(
      ({ id, stream, data }) => {
        last = id;
        seen({ position: String(id), stream, note: data.note });
      },
      { after, limit: pageSize },
    );
    return last;
  };
  const readOn = async (seen: (event: SeenEvent) => void): Promise<void> => {
    for (let after = -1, next = 0; ; after = next) {
      next = await page(after, seen);
      if (next === after) return;
    }
  };

  return {
    append,
    readStream: (stream) => store.query<Schemas>(() => {}, { stream }),
    catchUp: readOn,
    follow: async (seen, signal) => {
      for (let after = -1; !signal.aborted; ) {
        const next = await page(after, seen);
        if (next === after) await sleep(pollMs);
        after = next;
      }
    },
    readAll: async () => {
      const events: SeenEvent[] = [];
      await readOn((event) => events.push(event));
      return events;
    },
    conflicts: () => conflicts,
    accounts: [],
    [Symbol.asyncDispose]: () => store.dispose(),
  };
}

function isConflict(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ("code" in error && error.code === uniqueViolation) || error.name === "ERR_CONCURRENCY";
}
