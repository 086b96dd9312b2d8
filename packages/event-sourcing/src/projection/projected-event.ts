import type { RecordedEvent } from "@leftfold/core";
import type { EventSource } from "../aggregate/aggregate.ts";
import type { EventData } from "../aggregate/event-schemas.ts";

/** The names of the events that sources have. */
export type EventNameOf<Source extends EventSource> = Source extends EventSource
  ? keyof Source["events"] & string
  : never;

/** The data of an event of a name; a union when several sources have one of that name. */
export type EventDataOf<Source extends EventSource, Name extends string> = Source extends EventSource
  ? Name extends keyof Source["events"]
    ? EventData<Source["events"][Name]>
    : never
  : never;

/** What is known of an event beside its data. */
export interface EventEnvelope {
  readonly tenantId: string;
  readonly globalNonce: bigint;
  readonly aggregateId: string;
  readonly aggregateNonce: bigint;
  readonly eventId: string;
  readonly occurredAt: Date;
  readonly recordedAt: Date;
  readonly tags: readonly string[];
  readonly correlationId: string | undefined;
  readonly causationId: string | undefined;
  readonly actorId: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

/** An event as consumers see it: a union over all events of the sources, told apart by `type`. */
export type ProjectedEvent<
  Source extends EventSource = EventSource,
  Name extends string = EventNameOf<Source>,
> = Source extends EventSource
  ? {
      [K in keyof Source["events"] & Name & string]: EventEnvelope & {
        readonly aggregateType: Source["type"];
        readonly type: K;
        readonly data: EventData<Source["events"][K]>;
      };
    }[keyof Source["events"] & Name & string]
  : never;

/** An event whose data are decoded when they are asked for: whoever goes by ids alone pays for no decoding. */
export class DecodingEvent implements EventEnvelope {
  readonly recorded: RecordedEvent;
  readonly #source: EventSource;
  #data: unknown;
  #decoded = false;
  #isSkipped = false;

  constructor(recorded: RecordedEvent, source: EventSource) {
    this.recorded = recorded;
    this.#source = source;
  }

  /** @throws what the source's `decode` throws. */
  get data(): unknown {
    if (!this.#decoded) {
      const event = this.#source.decode(this.recorded);
      this.#data = event?.data;
      this.#isSkipped = event === undefined;
      this.#decoded = true;
    }
    return this.#data;
  }

  /** Whether the source's policy is to pass over this event. */
  get isSkipped(): boolean {
    return this.data === undefined && this.#isSkipped;
  }

  get type(): string {
    return this.recorded.eventType;
  }
  get tenantId(): string {
    return this.recorded.tenantId;
  }
  get globalNonce(): bigint {
    return this.recorded.globalNonce;
  }
  get aggregateType(): string {
    return this.recorded.aggregateType;
  }
  get aggregateId(): string {
    return this.recorded.aggregateId;
  }
  get aggregateNonce(): bigint {
    return this.recorded.aggregateNonce;
  }
  get eventId(): string {
    return this.recorded.eventId;
  }
  get occurredAt(): Date {
    return this.recorded.occurredAt;
  }
  get recordedAt(): Date {
    return this.recorded.recordedAt;
  }
  get tags(): readonly string[] {
    return this.recorded.tags;
  }
  get correlationId(): string | undefined {
    return this.recorded.correlationId;
  }
  get causationId(): string | undefined {
    return this.recorded.causationId;
  }
  get actorId(): string | undefined {
    return this.recorded.actorId;
  }
  get metadata(): Readonly<Record<string, string>> {
    return this.recorded.metadata;
  }
}
