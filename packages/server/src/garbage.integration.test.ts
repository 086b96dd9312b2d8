import { connect } from "node:net";
import { memoryBackend } from "@leftfold/backend-memory";
import { EventStoreService } from "@leftfold/proto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Server, startServer } from "./start-server.ts";
import { RawClient } from "./test-kit/raw-call.ts";

const paths = [
  ...EventStoreService.methods.map(({ name }) => `/${EventStoreService.typeName}/${name}`),
  "/grpc.health.v1.Health/Check",
  "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
  "/readyz",
  "/",
];
const contentTypes = [
  "application/grpc",
  "application/grpc+json",
  "application/grpc-web+proto",
  "application/grpc-web-text",
  "application/connect+proto",
  "application/connect+json",
  "application/proto",
  "application/json",
  "",
];

// What a header can hold on its way here; other characters Node's own client refuses to send.
const value = fc
  .string({ unit: fc.constantFrom(...'aé"\\%/:;,=?{}0129 ~'), maxLength: 12 })
  .map((text) => text.trim());
const headers = fc.record(
  {
    ":method": fc.constantFrom("POST", "GET", "OPTIONS", "HEAD", "PUT"),
    "content-type": fc.oneof(fc.constantFrom(...contentTypes), value),
    "grpc-timeout": fc.oneof(fc.constantFrom("1n", "5S", "99999999H"), value),
    "connect-timeout-ms": fc.oneof(fc.constantFrom("1", "9999999999"), value),
    "grpc-encoding": fc.oneof(fc.constantFrom("gzip", "br", "identity"), value),
    "content-encoding": fc.oneof(fc.constantFrom("gzip", "br", "identity"), value),
    "grpc-accept-encoding": value,
    "connect-protocol-version": fc.oneof(fc.constant("1"), value),
    origin: value,
    "access-control-request-headers": value,
    host: value,
  },
  { requiredKeys: [":method"] },
);
const chunk = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.uint8Array({ maxLength: 40 }).map((message) => new Uint8Array([0, 0, 0, 0, message.length, ...message])),
  fc.json().map((json) => new TextEncoder().encode(json)),
);
const query = fc.oneof(
  fc.constant(""),
  fc.webQueryParameters().map((text) => `?${text}`),
);

describe("a server outlives", () => {
  const errors: object[] = [];
  let server: Server;
  beforeAll(async () => {
    const log = { info: () => {}, error: (fields: object) => void errors.push(fields) };
    server = await startServer({
      backend: memoryBackend(),
      bindAddr: "127.0.0.1:0",
      log,
      shutdownTimeoutMs: 1000,
    });
  });
  afterAll(() => server.close());

  test("whatever requests of HTTP/2 hold, and answers each", async () => {
    await using client = new RawClient(server.url);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        query,
        headers,
        fc.array(chunk, { maxLength: 3 }),
        async (path, search, given, chunks) => {
          // HTTP/2 itself refuses a host that differs from the authority.
          const { host: _, ...others } = given;
          const call = { path: path + search, headers: { te: "trailers", ...others }, chunks };
          const { headers: answered } = await client.call(call);
          expect(answered[":status"]).toBeGreaterThanOrEqual(200);
        },
      ),
      { numRuns: 300 },
    );
    expect(errors).toEqual([]);
  });

  test("whatever requests of HTTP/1.1 hold, and clients that hang up", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        headers,
        chunk,
        fc.boolean(),
        async (path, given, body, isCut) => {
          const lines = Object.entries(given).flatMap(([name, text]) =>
            name === ":method" ? [] : [`${name}: ${text}`],
          );
          const start = `${given[":method"]} ${path} HTTP/1.1\r\nconnection: close\r\ncontent-length: ${body.length}`;
          const socket = connect(server.port, "127.0.0.1");
          let text = "";
          socket.setEncoding("latin1").on("data", (received) => {
            text += received;
          });
          const closed = new Promise((resolve) => socket.once("close", resolve));
          socket.on("error", () => {});
          socket.write(Buffer.from(`${[start, ...lines].join("\r\n")}\r\n\r\n`, "latin1"));
          if (isCut) socket.destroy();
          else socket.write(body);
          await closed;
          if (!isCut) expect(text).toMatch(/^HTTP\/1\.1 \d{3} /);
        },
      ),
      { numRuns: 300 },
    );
    expect(errors).toEqual([]);
  });

  test("clients that leave while it finds out whether it is ready", async () => {
    const probe = Promise.withResolvers<void>();
    let asked = 0;
    const slow = await startServer({
      backend: memoryBackend(),
      bindAddr: "127.0.0.1:0",
      readinessProbe: () => {
        asked++;
        return probe.promise;
      },
    });
    const client = new RawClient(slow.url);
    const call = client.call({
      path: "/readyz",
      headers: { ":method": "GET", "content-type": "text/plain" },
    });
    await vi.waitUntil(() => asked === 1);
    client.session.destroy();
    await call;
    probe.resolve();
    expect(await (await fetch(`${slow.url}/readyz`)).text()).toBe("ready\n");
    await slow.close();
  });
});
