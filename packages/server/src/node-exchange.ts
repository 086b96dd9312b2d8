import type { IncomingMessage, ServerResponse } from "node:http";
import { constants, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";

/** A request as either of Node's HTTP servers gives it. */
export type NodeRequest = IncomingMessage | Http2ServerRequest;

/** A response as either of Node's HTTP servers takes it. */
export type NodeResponse = ServerResponse | Http2ServerResponse;

/** The path that a request names, without its query. */
export function pathOf({ url = "" }: NodeRequest): string {
  const end = url.indexOf("?");
  return end < 0 ? url : url.slice(0, end);
}

/**
 * The rest of the request's body will not be read: once the response is sent, the connection (of HTTP/1.1) or the stream (of
 * HTTP/2) ends, rather than stand with a client that waits for its turn to send.
 */
export function giveUpBody(response: NodeResponse): void {
  if ("stream" in response) {
    response.once("finish", () => {
      if (!response.stream.destroyed) response.stream.close(constants.NGHTTP2_NO_ERROR);
    });
  } else {
    response.shouldKeepAlive = false;
  }
}

/** Answers with a few lines of text, or with none. */
export function reply(
  response: NodeResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  text = "",
): void {
  response.statusCode = status;
  for (const name in headers) response.setHeader(name, headers[name]!);
  response.end(text);
}
