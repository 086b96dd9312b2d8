import type { Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { Http2Connection } from "./http2-connection.ts";
import { shortStream } from "./short-stream.ts";
import { shortUnary } from "./short-unary.ts";
import type { OpenTransport, TransportOptions } from "./transport-options.ts";

/**
 * gRPC over one HTTP/2 connection, which is opened by the first call and again by the first call after it
 * broke.
 */
export function openTransport(options: TransportOptions): OpenTransport {
  const { baseUrl, interceptors, readBytesMax, keepalive } = options;
  const connection = new Http2Connection(baseUrl, keepalive);
  const transport = createGrpcTransport({
    baseUrl,
    interceptors: [...interceptors],
    readMaxBytes: readBytesMax,
    // Offering compression would cost the server more than it saves between machines that are near each
    // other.
    acceptCompression: [],
    sessionManager: connection,
  });
  // Interceptors see calls as Connect makes them.
  const short: Transport = {
    unary: shortUnary(connection, baseUrl, readBytesMax),
    stream: shortStream(connection, baseUrl, readBytesMax, transport.stream),
  };
  return {
    transport: interceptors.length > 0 ? transport : short,
    close: () => connection.close(),
  };
}
