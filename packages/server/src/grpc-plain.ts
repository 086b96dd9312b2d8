import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http2";
import type { ConnectError } from "@connectrpc/connect";
import { contentTypeProto, parseTimeout, setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { envelopeBytes } from "./request-bounds.ts";

// The part of gRPC's protocol that a call with one uncompressed request, and uncompressed responses, needs.

/** The headers of every answer. Never changed: Node copies them. */
export const responseHeaders: OutgoingHttpHeaders = Object.freeze({
  ":status": 200,
  "content-type": contentTypeProto,
});

/** The trailers of a call that succeeded. */
export const okTrailers: OutgoingHttpHeaders = Object.freeze({ "grpc-status": "0" });

/** The trailers of a call that failed. */
export function errorTrailers(error: ConnectError): OutgoingHttpHeaders {
  return Object.fromEntries(setTrailerStatus(new Headers({ "grpc-status": "0" }), error));
}

/** Whether nothing about the request but its deadline needs a look. */
export function isPlain(headers: IncomingHttpHeaders): boolean {
  const type = headers["content-type"];
  if (type !== "application/grpc" && type !== contentTypeProto) return false;
  if (headers[":method"] !== "POST" || headers.origin !== undefined) return false;
  const encoding = headers["grpc-encoding"];
  return encoding === undefined || encoding === "identity";
}

/** Milliseconds that the call may take; undefined for no deadline, null for one that cannot be read. */
export function timeoutMsOf(headers: IncomingHttpHeaders): number | undefined | null {
  const given = headers["grpc-timeout"];
  if (given === undefined) return undefined;
  const { timeoutMs, error } = parseTimeout(String(given), Number.MAX_SAFE_INTEGER);
  return error === undefined ? timeoutMs : null;
}

/** The one message of a body; undefined when the body is anything else. */
export function onlyMessage(body: Uint8Array): Uint8Array | undefined {
  if (body.length < envelopeBytes || body[0] !== 0 || messageBytes(body) !== body.length - envelopeBytes)
    return undefined;
  return body.subarray(envelopeBytes);
}

/** The message's length, as the envelope says it. */
export function messageBytes(body: Uint8Array): number {
  return ((body[1]! << 24) | (body[2]! << 16) | (body[3]! << 8) | body[4]!) >>> 0;
}

/** A message in its envelope. */
export function enveloped(message: Uint8Array): Uint8Array {
  const body = new Uint8Array(envelopeBytes + message.length);
  const { length } = message;
  body[1] = length >>> 24;
  body[2] = length >>> 16;
  body[3] = length >>> 8;
  body[4] = length;
  body.set(message, envelopeBytes);
  return body;
}
