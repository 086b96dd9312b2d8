import type { Foldable } from "@leftfold/event-sourcing";
import { renderValue } from "../diff/render-value.ts";
import { assertAlike, type Shown } from "../scenario-failure.ts";
import type { GoldenEvent, GoldenStream } from "./golden-stream.ts";
import { jsonOf } from "./json-of.ts";

/**
 * Replays what was recorded once, through codec and upcasters, and compares the state with the one that was
 * kept. Fails when a change of the code would read old events in another way than before.
 *
 * @param golden a golden stream, or what `JSON.parse` gives of its file.
 * @returns the state.
 * @throws `ScenarioFailure` with the difference; `TypeError` for what is no golden stream; what reading an
 * event throws.
 */
export function replayGolden<State>(
  aggregate: Pick<Foldable<string, never, State>, "type" | "initial" | "replay">,
  golden: GoldenStream | unknown,
): State {
  const { aggregateType, aggregateId, events, state: kept } = checked(golden, aggregate.type);
  let state = aggregate.initial;
  for (const [i, event] of events.entries()) {
    const { eventType, eventVersion, contentType } = event;
    const place = { aggregateType, aggregateId, aggregateNonce: BigInt(i + 1) };
    state = aggregate.replay(state, {
      ...place,
      eventType,
      eventVersion,
      contentType,
      payload: payloadOf(event),
    });
  }
  const shown = (value: unknown): Shown => ({ value, lines: renderValue(value) });
  const given = events.map(({ eventType, eventVersion }) => `${eventType} version ${eventVersion}`);
  const what = `The recorded events of ${aggregateType} "${aggregateId}" fold to another state than they did.`;
  // What was kept went through JSON, so what is compared with it goes through it, too.
  assertAlike(what, { given, when: [] }, shown(kept), shown(JSON.parse(JSON.stringify(jsonOf(state)))));
  return state;
}

function payloadOf({ data, payload }: GoldenEvent): Uint8Array {
  return payload === undefined
    ? new TextEncoder().encode(JSON.stringify(data))
    : new Uint8Array(Buffer.from(payload, "base64"));
}

function checked(golden: unknown, type: string): GoldenStream {
  const flaw = flawOf(golden, type);
  if (flaw === undefined) return golden as GoldenStream;
  throw new TypeError(`This is no golden stream of ${type}: ${flaw}. Make one with goldenStream().`);
}

function flawOf(golden: unknown, type: string): string | undefined {
  if (typeof golden !== "object" || golden === null) return "it is no object";
  const { aggregateType, aggregateId, events } = golden as Partial<GoldenStream>;
  if (aggregateType !== type) return `its aggregateType is ${JSON.stringify(aggregateType)}`;
  if (typeof aggregateId !== "string") return "its aggregateId is no text";
  if (!Array.isArray(events)) return "its events are no list";
  if (!("state" in golden)) return "it has no state";
  const index = events.findIndex((event) => !isGoldenEvent(event));
  return index < 0 ? undefined : `its event ${index} lacks a type, a version, a content type, or data`;
}

function isGoldenEvent(event: unknown): boolean {
  if (typeof event !== "object" || event === null) return false;
  const { eventType, eventVersion, contentType, payload } = event as Partial<GoldenEvent>;
  const hasHead =
    typeof eventType === "string" && Number.isInteger(eventVersion) && typeof contentType === "string";
  return hasHead && ("data" in event || typeof payload === "string");
}
