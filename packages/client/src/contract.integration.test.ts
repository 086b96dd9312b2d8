import { memoryBackend } from "@leftfold/backend-memory";
import { eventStoreContract } from "@leftfold/testing";
import { connect } from "./connect.ts";
import { startTestServer } from "./test-kit/test-server.ts";
import { openTransport } from "./transport/browser-transport.ts";
import { keepaliveOptions } from "./transport/transport-options.ts";

const heartbeatMs = 50;

// What a browser does, with Node's fetch in place of the browser's. Over gRPC, the server's own tests prove
// the contract.
eventStoreContract({
  name: "clients over the Connect protocol and HTTP/1.1",
  heartbeatMs,
  async makeBackend() {
    const backend = memoryBackend({ heartbeatMs });
    const { url: baseUrl, ...server } = await startTestServer({ backend, http: 1 });
    const options = { baseUrl, interceptors: [], readBytesMax: 2 ** 26, keepalive: keepaliveOptions() };
    const { transport } = openTransport(options);
    const open = () => connect({ baseUrl, transport });
    return {
      backend: open(),
      peer: open(),
      async [Symbol.asyncDispose]() {
        await server[Symbol.asyncDispose]();
        await backend[Symbol.asyncDispose]();
      },
    };
  },
});
