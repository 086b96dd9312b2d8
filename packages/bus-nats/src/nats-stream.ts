import { jetstreamManager } from "@nats-io/jetstream";
import { type NatsConnection, nanos } from "@nats-io/transport-node";

/** How a stream is made that is not there yet. One that is there is left as it is. */
export interface NatsStreamSettings {
  /** What the stream takes; `leftfold.>` when absent. */
  readonly subjects?: readonly string[];
  /** How long the stream knows ids of events, and drops what comes again; 120,000 when absent. */
  readonly duplicateWindowMs?: number;
  /** On how many servers of a cluster the stream is kept; 1 when absent. */
  readonly replicas?: number;
  /** How long events are kept; for ever when absent. */
  readonly maxAgeMs?: number;
  /** How many bytes are kept: then the oldest events go. Without a bound when absent. */
  readonly maxBytes?: number;
}

/** Makes a stream, unless it is there. */
export async function ensureNatsStream(
  connection: NatsConnection,
  name: string,
  settings: NatsStreamSettings,
): Promise<void> {
  const {
    subjects = ["leftfold.>"],
    duplicateWindowMs = 120_000,
    replicas = 1,
    maxAgeMs = 0,
    maxBytes = -1,
  } = settings;
  const { streams } = await jetstreamManager(connection, { checkAPI: false });
  const isThere = (): Promise<boolean> =>
    streams.info(name).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Error && error.name === "StreamNotFoundError") return false;
        throw error;
      },
    );
  if (await isThere()) return;
  try {
    await streams.add({
      name,
      subjects: [...subjects],
      duplicate_window: nanos(duplicateWindowMs),
      num_replicas: replicas,
      max_age: nanos(maxAgeMs),
      max_bytes: maxBytes,
    });
  } catch (error) {
    // Somebody else may have made it in between, with other settings.
    if (!(await isThere())) throw error;
  }
}
