/** An event as a writer proposes it. */
export interface ProposedEvent {
  /** What happened, such as `MoneyDeposited`: a name of 1–255 characters. */
  readonly eventType: string;
  /**
   * The content, opaque to the store; at most 1 MiB by default. Must not change until the append has settled.
   */
  readonly payload: Uint8Array;
  /** How the payload is to be read, such as `application/json`: a name of 1–255 characters. */
  readonly contentType: string;
  /** A UUID that is unique within the tenant; a version 7 UUID is assigned when absent. */
  readonly eventId?: string | undefined;
  /** The version of the event type's schema: 1 or more, 1 when absent. */
  readonly eventVersion?: number | undefined;
  /**
   * The proposed place in the aggregate's stream. Only with an expectation of `exact(n)` or `noStream`, and
   * then it must be the nonce that follows from it; filled in when absent.
   */
  readonly aggregateNonce?: bigint | undefined;
  /** Indexed labels, such as `course:c1`: at most 64 different names. */
  readonly tags?: readonly string[] | undefined;
  /** When it happened by the writer's clock; the time of recording when absent. Millisecond precision. */
  readonly occurredAt?: Date | undefined;
  /** The operation that the event is part of. */
  readonly correlationId?: string | undefined;
  /** What triggered the event: the id of an event or of a command. */
  readonly causationId?: string | undefined;
  /** Who did it. */
  readonly actorId?: string | undefined;
  /** Free-form text by name, such as `traceparent`; at most 64 KiB of UTF-8, keys included. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** An event as the store recorded it. It never changes. */
export interface RecordedEvent {
  readonly tenantId: string;
  /** Its number in the tenant's log: 1, 2, 3, … in commit order, without holes. Assigned by the store. */
  readonly globalNonce: bigint;
  readonly aggregateType: string;
  readonly aggregateId: string;
  /**
   * Its number in the aggregate's stream: 1, 2, 3, … without holes. Proposed by the writer, validated by the
   * store.
   */
  readonly aggregateNonce: bigint;
  readonly eventId: string;
  readonly eventType: string;
  readonly eventVersion: number;
  readonly contentType: string;
  readonly occurredAt: Date;
  /** When the store recorded it; the same for all events of one append. */
  readonly recordedAt: Date;
  readonly tags: readonly string[];
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly actorId?: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly payload: Uint8Array;
}
