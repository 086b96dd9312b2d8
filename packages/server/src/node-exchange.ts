import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";

/** A request as either of Node's HTTP servers gives it. */
export type NodeRequest = IncomingMessage | Http2ServerRequest;

/** A response as either of Node's HTTP servers takes it. */
export type NodeResponse = ServerResponse | Http2ServerResponse;

/** The path that a request names, without its query. */
export function pathOf({ url = "" }: NodeRequest): string {
  const end = url.indexOf("?");
  return end < 0 ? url : url.slice(0, end);
}

/** Whether what is written still has somewhere to go. */
export function isOpen(response: NodeResponse): boolean {
  if ("stream" in response) return !response.stream.destroyed && !response.stream.closed;
  return !response.destroyed && response.socket?.destroyed === false;
}

/**
 * Does away with what was not read of a request's body once its response is sent. Otherwise the stream (of
 * HTTP/2) would stay, and hold its connection open when the server shuts down; or the connection (of
 * HTTP/1.1) could not be used again.
 */
export function discardRest(request: NodeRequest, response: NodeResponse): void {
  if ("stream" in response) {
    const { stream } = response;
    stream.once("finish", () => {
      if (stream.readableEnded) return;
      // What the request has taken from the stream, and then what the stream still gets.
      request.resume();
      stream.resume();
    });
  } else {
    response.once("finish", () => {
      if (!(request as IncomingMessage).complete) request.resume();
    });
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
