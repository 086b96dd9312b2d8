import { SharedBytes } from "@leftfold/core";
import { jsonFlaw } from "./json-flaw.ts";

/** How the data of an aggregate's events become payloads, and payloads data again. */
export interface Codec {
  /** Recorded with each event, such as `application/json`. Events of another content type are not decoded. */
  readonly contentType: string;
  /** @throws anything, when the data cannot be encoded so that `decode` gives the same again. */
  encode(eventType: string, data: unknown): Uint8Array;
  /** Gives a function that decodes one type's payloads. Asked for once for each event type. */
  decoder(eventType: string): (payload: Uint8Array) => unknown;
}

const payloads = new SharedBytes();
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

function decodeJson(payload: Uint8Array): unknown {
  return JSON.parse(utf8.decode(payload));
}

/**
 * JSON in UTF-8: the codec of a definition that names none.
 *
 * It refuses what JSON would change or lose (dates, bigints, maps, class instances, `NaN`): what a command
 * emitted and what is replayed later would differ. A property that is undefined counts as absent.
 */
export const jsonCodec: Codec = Object.freeze({
  contentType: "application/json",
  encode(_eventType: string, data: unknown): Uint8Array {
    const flaw = jsonFlaw(data);
    if (flaw !== undefined) throw new TypeError(flaw);
    return payloads.textOf(JSON.stringify(data));
  },
  decoder: () => decodeJson,
});
