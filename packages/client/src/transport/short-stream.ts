import type { DescMessage, DescMethodStreaming, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import type { StreamResponse, Transport } from "@connectrpc/connect";
import type { Http2Connection } from "./http2-connection.ts";
import { requestFrame } from "./request-frame.ts";
import { messageOf } from "./short-message.ts";
import { type GivenHeaders, noHeaders, pathPrefixOf, requestHeaders } from "./short-request.ts";
import { StreamExchange } from "./stream-exchange.ts";

/**
 * The streaming half of a gRPC transport, straight over HTTP/2, for calls with one request: what Connect's does, without
 * interceptors and compression, at less cost per call and per message. Other calls are Connect's.
 */
export function shortStream(
  connection: Http2Connection,
  baseUrl: string,
  readBytesMax: number,
  generic: Transport["stream"],
): Transport["stream"] {
  const prefix = pathPrefixOf(baseUrl);
  return async <I extends DescMessage, O extends DescMessage>(
    method: DescMethodStreaming<I, O>,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    header: GivenHeaders,
    input: AsyncIterable<MessageInitShape<I>>,
    contextValues?: Parameters<Transport["stream"]>[5],
  ): Promise<StreamResponse<I, O>> => {
    if (method.methodKind !== "server_streaming")
      return await generic(method, signal, timeoutMs, header, input, contextValues);
    signal?.throwIfAborted();
    const request = requestFrame(method.input, await only(input));
    const exchange = new StreamExchange({ request, readBytesMax, timeoutMs, signal });
    const path = `${prefix}/${method.parent.typeName}/${method.name}`;
    connection.request("POST", path, requestHeaders(timeoutMs, header), {}).then(
      (stream) => exchange.start(stream),
      (error) => exchange.fail(error),
    );
    const message = messages(method.output, exchange);
    return { stream: true, service: method.parent, method, header: noHeaders, trailer: noHeaders, message };
  };
}

async function only<T>(items: AsyncIterable<T>): Promise<T> {
  for await (const item of items) return item;
  throw new Error("A call that streams its answers has one request.");
}

async function* messages<O extends DescMessage>(
  output: O,
  exchange: StreamExchange,
): AsyncGenerator<MessageShape<O>, void, undefined> {
  for await (const bytes of exchange.messages()) yield messageOf(output, bytes);
}
