import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Sql, TransactionSql } from "postgres";
import { openPool } from "../postgres/open-pool.ts";
import type { Movement } from "../workload/account.ts";
import { installMessageDb } from "./message-db-schema.ts";
import { category, moved, type PeerLog, type PeerPlace, pollMs, type SeenEvent } from "./peer-log.ts";

// The default of its `get_category_messages`.
const pageSize = 1000;

interface Message {
  readonly global_position: string;
  readonly stream_name: string;
  readonly data: string;
}

/** message-db's functions in the database, called over postgres.js. */
export async function openMessageDb({ url, schema, connections }: PeerPlace): Promise<PeerLog> {
  await installMessageDb(url, schema);
  const sql = await openPool(url, connections, schema);

  const page = async (position: bigint): Promise<readonly Message[]> =>
    await sql<
      Message[]
    >`select * from get_category_messages(${category}, ${position.toString()}, ${pageSize})`;
  const readOn = async (position: bigint, seen: (event: SeenEvent) => void): Promise<bigint> => {
    for (let from = position; ; ) {
      const messages = await page(from);
      for (const message of messages) seen(seenEvent(message));
      const last = messages.at(-1);
      if (last === undefined) return from;
      from = BigInt(last.global_position) + 1n;
    }
  };

  return {
    append: (stream, movements, expected) => append(sql, stream, movements, expected),
    readStream: async (stream) => {
      const messages = await sql<Message[]>`select * from get_stream_messages(${stream}, 0, -1)`;
      for (const message of messages) seenEvent(message);
      return messages.length;
    },
    catchUp: async (seen) => {
      await readOn(1n, seen);
    },
    follow: async (seen, signal) => {
      for (let from = 1n; !signal.aborted; ) {
        const next = await readOn(from, seen);
        if (next === from) await sleep(pollMs);
        from = next;
      }
    },
    readAll: async () => {
      const events: SeenEvent[] = [];
      await readOn(1n, (event) => events.push(event));
      return events;
    },
    conflicts: () => 0,
    accounts: [],
    [Symbol.asyncDispose]: () => sql.end(),
  };
}

/** One call for one event; several in a transaction, all of them sent before the first answer. */
async function append(
  sql: Sql,
  stream: string,
  movements: readonly Movement[],
  expected: number | undefined,
): Promise<void> {
  const write = (on: Sql | TransactionSql, movement: Movement, nth: number): Promise<unknown> =>
    // Its versions begin with 0.
    on`select write_message(${randomUUID()}, ${stream}, ${moved}, ${JSON.stringify(movement)}::text::jsonb, null,
      ${expected === undefined ? null : String(expected - 1 + nth)})`;
  const [only, ...others] = movements;
  if (only !== undefined && others.length === 0) await write(sql, only, 0);
  else await sql.begin(async (on) => await Promise.all(movements.map((each, nth) => write(on, each, nth))));
}

function seenEvent({ global_position, stream_name, data }: Message): SeenEvent {
  return { position: global_position, stream: stream_name, note: (JSON.parse(data) as Movement).note };
}
