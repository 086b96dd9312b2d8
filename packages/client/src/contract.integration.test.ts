import type { Transport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { memoryBackend } from "@leftfold/backend-memory";
import { type ContractBackendWithPeer, eventStoreContract } from "@leftfold/testing";
import { connect } from "./connect.ts";
import { startTestServer } from "./test-kit/test-server.ts";

const heartbeatMs = 50;

/** Two clients of one server over a memory of its own; the transport is the client's own unless one is given. */
async function clients(
  http: 1 | 2,
  transportTo?: (url: string) => Transport,
): Promise<ContractBackendWithPeer> {
  const backend = memoryBackend({ heartbeatMs });
  const server = await startTestServer({ backend, http });
  const client = () => connect({ baseUrl: server.url, transport: transportTo?.(server.url) });
  return {
    backend: client(),
    peer: client(),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await backend[Symbol.asyncDispose]();
    },
  };
}

eventStoreContract({
  name: "a client over gRPC and HTTP/2",
  makeBackend: () => clients(2),
  heartbeatMs,
});

// What a browser does, with Node's fetch in place of the browser's.
eventStoreContract({
  name: "a client over the Connect protocol and HTTP/1.1",
  makeBackend: () => clients(1, (baseUrl) => createConnectTransport({ baseUrl, useBinaryFormat: true })),
  heartbeatMs,
});
