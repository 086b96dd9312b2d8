import { type CallOptions, EventStoreError, leavable, type RecordedEvent } from "@leftfold/core";
import { CallScope } from "../call-scope.ts";
import { Retries } from "../retry/retries.ts";
import type { CallInit } from "../wire/event-store-calls.ts";
import { streamCall } from "../wire/stream-call.ts";
import { ReadCursor, type ReadSpan } from "./read-cursor.ts";
import type { ResumeSetting } from "./resume-setting.ts";

/** A read, as it differs between one aggregate and the whole log. */
export interface Read<Request extends ReadSpan> {
  readonly request: Request;
  readonly validate: () => void;
  readonly open: (request: Request, init: CallInit) => AsyncIterable<readonly RecordedEvent[]>;
  readonly nonceOf: (event: RecordedEvent) => bigint;
  /** Whether the nonces must come without holes; asked of a request that is valid. */
  readonly isDense: () => boolean;
}

/**
 * Reads across broken connections: each time from after the last event that came, for as many as are still
 * wanted, so that no event is missing and none comes twice. A read without bounds that was resumed ends at
 * the head of that moment.
 */
export function resumingRead<Request extends ReadSpan>(
  read: Read<Request>,
  setting: ResumeSetting,
  options: CallOptions | undefined,
): AsyncIterableIterator<RecordedEvent, void, undefined> {
  const leaving = new AbortController();
  return leavable(readOn(read, setting, options, leaving), leaving);
}

async function* readOn<Request extends ReadSpan>(
  { request, validate, open, nonceOf, isDense }: Read<Request>,
  { lifetime, retry, clock }: ResumeSetting,
  options: CallOptions | undefined,
  leaving: AbortController,
): AsyncGenerator<RecordedEvent, void, undefined> {
  const scope = new CallScope(options, lifetime, leaving);
  const { signal } = scope;
  try {
    validate();
    const retries = new Retries(retry, clock);
    const cursor = new ReadCursor(request, isDense());
    for (let rest = cursor.rest; rest !== undefined; rest = cursor.rest) {
      const left = { ...request, ...rest };
      try {
        for await (const events of streamCall({ open: (init) => open(left, init), scope })) {
          retries.progress();
          for (const event of events) {
            signal.throwIfAborted();
            cursor.pass(nonceOf(event));
            yield event;
          }
        }
        return;
      } catch (error) {
        signal.throwIfAborted();
        await retries.waitAfter(EventStoreError.from(error), signal);
      }
    }
  } finally {
    scope.close();
  }
}
