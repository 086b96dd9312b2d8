import { InvalidArgumentError } from "@leftfold/core";
import { toConnectError } from "@leftfold/proto";
import type { Admission } from "./admission.ts";
import type { NodeRequest, NodeResponse } from "./node-exchange.ts";

/**
 * What stands in front of a message in an enveloped body: one byte of flags, four of the message's length.
 */
export const envelopeBytes = 5;

export interface RequestBounds {
  /** Bytes of all the requests that the server holds. */
  readonly held: Admission;
  /** Bytes of one request. */
  readonly requestBytesMax: number;
}

/**
 * A request's body, counted from its first byte until the response is closed: requests that are still on
 * their way are bounded as well. A body that breaks a bound ends in an error, which Connect answers the call
 * with.
 */
export async function* boundedBody(
  request: NodeRequest,
  response: NodeResponse,
  { held, requestBytesMax }: RequestBounds,
  // Not destroyed when it is left: that would take an HTTP/1.1 connection down before it has the answer.
  source: AsyncIterable<Uint8Array> = request.iterator({ destroyOnReturn: false }),
): AsyncGenerator<Uint8Array, void, undefined> {
  let received = 0;
  let taken = 0;
  response.once("close", () => held.giveBack(taken));
  const enveloped = isEnveloped(request.headers["content-type"]);
  try {
    for await (const chunk of source) {
      const promised = received === 0 && enveloped ? promisedBytes(chunk) : 0;
      received += chunk.length;
      checkRequestBytes(Math.max(promised, received - (enveloped ? envelopeBytes : 0)), requestBytesMax);
      held.take(chunk.length);
      if (response.closed) held.giveBack(chunk.length);
      else taken += chunk.length;
      yield chunk;
    }
  } catch (error) {
    // An HTTP/1.1 client may have much more to send: its connection ends with the answer.
    if ("shouldKeepAlive" in response) response.shouldKeepAlive = false;
    throw toConnectError(error);
  }
}

/** @throws `invalid-argument` for a request of more bytes than one may have. */
function checkRequestBytes(bytes: number, requestBytesMax: number): void {
  if (bytes <= requestBytesMax) return;
  throw new InvalidArgumentError([
    { field: "request", value: `${bytes} bytes or more`, limit: `at most ${requestBytesMax} bytes` },
  ]);
}

function isEnveloped(contentType = ""): boolean {
  return contentType.startsWith("application/grpc") || contentType.startsWith("application/connect+");
}

/** The message's length as its envelope promises it; 0 when the chunk is too short to tell. */
function promisedBytes(chunk: Uint8Array): number {
  if (chunk.length < envelopeBytes) return 0;
  return new DataView(chunk.buffer, chunk.byteOffset, envelopeBytes).getUint32(1);
}
