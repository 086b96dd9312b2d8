import { once } from "node:events";
import { isExpectedVersionConflictError } from "@event-driven-io/emmett";
import { getPostgreSQLEventStore, type PostgresEventStore } from "@event-driven-io/emmett-postgresql";
import pg from "pg";
import type { Movement } from "../workload/account.ts";
import { moved, type PeerLog, type PeerPlace, type Pulling, type SeenEvent } from "./peer-log.ts";

type Moved = { type: typeof moved; data: Pick<Movement, keyof Movement> };

/** Emmett over a pool that all of its writers share, given to it as its options have it. */
export async function openEmmett({ url, connections }: PeerPlace): Promise<PeerLog> {
  const pool = new pg.Pool({ connectionString: url, max: connections });
  const store = getPostgreSQLEventStore(url, { connectionOptions: { pool } });
  await store.schema.migrate();
  let conflicts = 0;
  const append: PeerLog["append"] = async (stream, movements, expected) => {
    const events = movements.map((data): Moved => ({ type: moved, data: { ...data } }));
    const options = expected === undefined ? {} : { expectedStreamVersion: BigInt(expected) };
    for (;;) {
      try {
        await store.appendToStream<Moved>(stream, events, options);
        return;
      } catch (error) {
        // Expecting nothing, it takes the version that it finds, and fails when another was faster.
        if (expected !== undefined || !isExpectedVersionConflictError(error)) throw error;
        conflicts++;
      }
    }
  };
  return {
    append,
    readStream: async (stream) => (await store.readStream<Moved>(stream)).events.length,
    catchUp: (seen, pulling) => consumerOf(store, true, seen, pulling).start(),
    follow: async (seen, signal) => {
      const consumer = consumerOf(store, false, seen);
      const ended = consumer.start();
      if (!signal.aborted) await Promise.race([ended, once(signal, "abort")]);
      await consumer.stop();
    },
    readAll: () => readAll(pool),
    conflicts: () => conflicts,
    accounts: [],
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await pool.end();
    },
  };
}

let consumers = 0;

function consumerOf(
  store: PostgresEventStore,
  noMessagesLeft: boolean,
  seen: (event: SeenEvent) => void,
  pulling: Pulling = {},
): { start(): Promise<void>; stop(): Promise<void> } {
  const consumer = store.consumer<Moved>({ pulling: { ...pulling }, stopWhen: { noMessagesLeft } });
  // One that was not there before: its checkpoint is at the beginning.
  consumer.reactor<Moved>({
    processorId: `reader-${++consumers}`,
    eachMessage: ({ data, metadata }) => {
      const { globalPosition, streamName } = metadata;
      seen({ position: String(globalPosition), stream: streamName, note: data.note });
    },
  });
  return consumer;
}

/**
 * In one statement: its consumer's own reading in pages has nothing to check it against. The order is that in
 * which its consumer asks for events.
 */
async function readAll(pool: pg.Pool): Promise<SeenEvent[]> {
  const { rows } = await pool.query<SeenEvent>(
    `select global_position::text as position, stream_id as stream, message_data ->> 'note' as note
     from emt_messages order by transaction_id, global_position`,
  );
  return rows;
}
