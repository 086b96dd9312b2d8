import { createConnectTransport } from "@connectrpc/connect-web";
import type { OpenTransport, TransportOptions } from "./transport-options.ts";

/** The Connect protocol over `fetch`: what a browser can speak. The browser owns the connections. */
export function openTransport({ baseUrl, interceptors }: TransportOptions): OpenTransport {
  const transport = createConnectTransport({
    baseUrl,
    interceptors: [...interceptors],
    useBinaryFormat: true,
  });
  return { transport, close: () => undefined };
}
