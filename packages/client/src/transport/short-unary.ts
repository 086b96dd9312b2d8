import type { DescMessage, DescMethodUnary, MessageInitShape } from "@bufbuild/protobuf";
import type { Transport, UnaryResponse } from "@connectrpc/connect";
import type { Http2Connection } from "./http2-connection.ts";
import { requestFrame } from "./request-frame.ts";
import { messageOf } from "./short-message.ts";
import { type GivenHeaders, noHeaders, pathPrefixOf, requestHeaders } from "./short-request.ts";
import { UnaryExchange } from "./unary-exchange.ts";

/**
 * The unary half of a gRPC transport, straight over HTTP/2. It does what Connect's does, without
 * interceptors and compression, at less than half the processor time: one writer who waits for each append
 * was measured at 170 µs per append in place of 400 µs, 64 writers at 11 µs in place of 19 µs.
 */
export function shortUnary(
  connection: Http2Connection,
  baseUrl: string,
  readBytesMax: number,
): Transport["unary"] {
  const prefix = pathPrefixOf(baseUrl);
  return async <I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    header: GivenHeaders,
    input: MessageInitShape<I>,
  ): Promise<UnaryResponse<I, O>> => {
    signal?.throwIfAborted();
    const request = requestFrame(method.input, input);
    const exchange = new UnaryExchange({ request, readBytesMax, timeoutMs, signal });
    const path = `${prefix}/${method.parent.typeName}/${method.name}`;
    connection.request("POST", path, requestHeaders(timeoutMs, header), {}).then(
      (stream) => exchange.start(stream),
      (error) => exchange.fail(error),
    );
    const message = messageOf(method.output, await exchange.response);
    return { stream: false, service: method.parent, method, header: noHeaders, trailer: noHeaders, message };
  };
}
