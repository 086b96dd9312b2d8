import type {
  FollowMessage,
  ReadAllRequest,
  ReadStreamRequest,
  RecordedEvent,
  SubscribeRequest,
} from "@leftfold/core";
import type { AppendOutcome } from "../append/append-coalescer.ts";

/** What ends a call beside its answer. */
export interface CallInit {
  readonly signal: AbortSignal;
  /** Sent along, so that the server stops working for a caller who has gone; no deadline when undefined. */
  readonly timeoutMs: number | undefined;
}

/**
 * The calls of the wire, one attempt each, with core's types on this side. They fail with whatever the
 * transport throws: `callError` tells what it means.
 */
export interface EventStoreCalls {
  /** One outcome for each append, in order. Rejects when the call failed, and with it all of them. */
  append(appends: readonly Uint8Array[], init: CallInit): Promise<readonly AppendOutcome[]>;
  head(tenantId: string, init: CallInit): Promise<bigint>;
  readStream(
    tenantId: string,
    request: ReadStreamRequest,
    init: CallInit,
  ): AsyncIterable<readonly RecordedEvent[]>;
  readAll(tenantId: string, request: ReadAllRequest, init: CallInit): AsyncIterable<readonly RecordedEvent[]>;
  subscribe(
    tenantId: string,
    request: SubscribeRequest,
    init: CallInit,
  ): AsyncIterable<FollowMessage<readonly RecordedEvent[]>>;
}
