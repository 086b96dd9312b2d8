import { EventSourcingError } from "../errors.ts";

/** An event could not be processed, nor again, and the policy is to stop. Nothing of it was written, all before it was. */
export class EventProcessingError extends EventSourcingError {
  readonly code = "event-processing";
  /** The event's place in the log; of a batch, its first. */
  readonly globalNonce: bigint;

  constructor(consumer: string, globalNonce: bigint, event: string, cause: unknown) {
    super(
      `${consumer} stopped at global nonce ${globalNonce} (${event}): ${describe(cause)}. ` +
        "Correct the handler and start it again; it goes on with this event.",
      { cause },
    );
    this.globalNonce = globalNonce;
  }
}

/** More events are parked than a projection may leave behind. */
export class TooManyParkedError extends EventSourcingError {
  readonly code = "too-many-parked";

  constructor(consumer: string, parkedMax: number) {
    super(`${consumer} stopped: ${parkedMax} events are parked. Correct the handlers and replay them.`);
  }
}

/** A newer version of the read model is in use, and this one was dropped. */
export class SupersededError extends EventSourcingError {
  readonly code = "superseded";

  constructor(consumer: string, active: number) {
    super(`${consumer} stopped: version ${active} is in use and this one was dropped. Run the newer one.`);
  }
}

/** A projection was divided into another number of parts before. */
export class PartitionCountError extends EventSourcingError {
  readonly code = "partition-count";

  constructor(consumer: string, actual: number, asked: number) {
    super(
      `${consumer} is divided into ${actual} partitions, not ${asked}: its checkpoints are of those. ` +
        "Run it with as many, or under a new version.",
    );
  }
}

/** An error in words that fit into a document and a message. */
export function describe(error: unknown): string {
  return (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 1_000);
}
