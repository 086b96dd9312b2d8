import type { CloudEvent, EventSink } from "@leftfold/event-sourcing";

/** What a sink does before it takes a batch: wait, or fail. It may take some of the events first. */
export type Interference = (
  events: readonly CloudEvent[],
  take: (events: readonly CloudEvent[]) => void,
  signal: AbortSignal | undefined,
) => Promise<void> | void;

/** A sink in memory that keeps what it was given, batch by batch, repetitions included. */
export class RecordingSink implements EventSink {
  readonly batches: string[][] = [];
  interfere: Interference = () => {};

  async publish(events: readonly CloudEvent[], options?: { readonly signal?: AbortSignal }): Promise<void> {
    const take = (some: readonly CloudEvent[]): void => {
      this.batches.push(some.map(numberOf));
    };
    await this.interfere(events, take, options?.signal);
    take(events);
  }

  /** The numbers of all events, in the order in which they came. */
  get all(): string[] {
    return this.batches.flat();
  }

  /** The same without repetitions: what a sink has that knows events by their ids. */
  get distinct(): string[] {
    return [...new Set(this.all)];
  }
}

function numberOf(event: CloudEvent): string {
  return event.extensions["globalnonce"] ?? "";
}
