import type { IncomingHttpHeaders, IncomingHttpStatusHeader } from "node:http2";
import { Code, ConnectError } from "@connectrpc/connect";
import { validateResponse, validateTrailer } from "@connectrpc/connect/protocol-grpc";

/** What the server said went wrong with a call; undefined when nothing did. */
export function statusError(
  header: IncomingHttpHeaders & IncomingHttpStatusHeader,
  trailer: IncomingHttpHeaders,
): unknown {
  if (trailer["grpc-status"] === "0" && header[":status"] === 200) return undefined;
  try {
    const headers = webHeaders(header);
    const { headerError } = validateResponse(header[":status"] ?? 0, headers);
    if (headerError !== undefined) return headerError;
    validateTrailer(webHeaders(trailer), headers);
    return undefined;
  } catch (error) {
    return error;
  }
}

function webHeaders(headers: IncomingHttpHeaders): Headers {
  const web = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === "string" && !name.startsWith(":")) web.set(name, value);
  }
  return web;
}

export function late(timeoutMs: number): ConnectError {
  return new ConnectError(`The server did not answer within ${timeoutMs} ms.`, Code.DeadlineExceeded);
}

export function brokenBy(error: Error): ConnectError {
  return new ConnectError(error.message, Code.Unavailable, undefined, undefined, error);
}

export function closedWith(code: number | undefined): ConnectError {
  return new ConnectError(`the HTTP/2 stream was closed with code ${code}`, Code.Unavailable);
}

export function tooLarge(readBytesMax: number): ConnectError {
  const message = `The server's answer is larger than the ${readBytesMax} bytes that are taken.`;
  return new ConnectError(message, Code.ResourceExhausted);
}

export function cut(): ConnectError {
  return new ConnectError("the answer is cut", Code.DataLoss);
}
