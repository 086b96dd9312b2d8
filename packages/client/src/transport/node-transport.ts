import { createGrpcTransport } from "@connectrpc/connect-node";
import { Http2Connection } from "./http2-connection.ts";
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
  const unary = interceptors.length > 0 ? transport.unary : shortUnary(connection, baseUrl, readBytesMax);
  return {
    transport: { unary, stream: transport.stream },
    close: () => connection.close(),
  };
}
