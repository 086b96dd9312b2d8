import type { RecordedEvent } from "@leftfold/core";
import type { Foldable } from "@leftfold/event-sourcing";
import { jsonOf } from "./json-of.ts";

/** An event as a golden file has it. */
export interface GoldenEvent {
  readonly eventType: string;
  readonly eventVersion: number;
  readonly contentType: string;
  /** The payload, where it is JSON. */
  readonly data?: unknown;
  /** The payload in base64, where it is anything else. */
  readonly payload?: string;
}

/**
 * One aggregate's events as they were recorded once, and the state that they have to fold to for ever. Made
 * of JSON alone.
 */
export interface GoldenStream {
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly events: readonly GoldenEvent[];
  /** The state, as {@link jsonOf} puts it. */
  readonly state: unknown;
}

/**
 * Makes a golden stream of what a store gives: `goldenStream(Account, store.readStream(…))`. To be written to
 * a file with `JSON.stringify(golden, undefined, 2)`, looked at once, and replayed by tests ever after.
 *
 * @throws `RangeError` for a stream without events, and for events of several aggregates.
 */
export async function goldenStream<State>(
  aggregate: Pick<Foldable<string, never, State>, "initial" | "replay">,
  events: AsyncIterable<RecordedEvent> | Iterable<RecordedEvent>,
): Promise<GoldenStream> {
  let state = aggregate.initial;
  let first: RecordedEvent | undefined;
  const golden: GoldenEvent[] = [];
  for await (const event of events) {
    first ??= event;
    if (event.aggregateType !== first.aggregateType || event.aggregateId !== first.aggregateId) {
      const [one, other] = [first, event].map((of) => `${of.aggregateType} "${of.aggregateId}"`);
      throw new RangeError(
        `A golden stream is of one aggregate, but there are events of ${one} and ${other}.`,
      );
    }
    state = aggregate.replay(state, event);
    golden.push(goldenEvent(event));
  }
  if (first === undefined) throw new RangeError("There are no events to make a golden stream of.");
  const { aggregateType, aggregateId } = first;
  return { aggregateType, aggregateId, events: golden, state: jsonOf(state) };
}

function goldenEvent({ eventType, eventVersion, contentType, payload }: RecordedEvent): GoldenEvent {
  const head = { eventType, eventVersion, contentType };
  if (!isJson(contentType)) return { ...head, payload: Buffer.from(payload).toString("base64") };
  return { ...head, data: JSON.parse(Buffer.from(payload).toString("utf8")) };
}

/** Whether payloads of a content type are JSON. */
function isJson(contentType: string): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\b/.test(contentType);
}
