import { createServer, type Http2Server, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { LeanGrpcClient } from "./lean-grpc-client.ts";

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const resource of open.splice(0).reverse()) await resource[Symbol.asyncDispose]();
});

type Answer = (stream: ServerHttp2Stream, body: Buffer, headers: Record<string, unknown>) => void;

async function clientOf(answer: Answer): Promise<LeanGrpcClient> {
  const server: Http2Server = createServer();
  server.on("stream", (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on("error", () => undefined);
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => answer(stream, Buffer.concat(chunks), headers));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  open.push({ [Symbol.asyncDispose]: close });
  const { port } = server.address() as AddressInfo;
  const client = await LeanGrpcClient.open(`http://127.0.0.1:${port}`, "/pets.Pets/Add");
  open.push(client);
  return client;
}

const succeed = (stream: ServerHttp2Stream): void => {
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.once("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(Buffer.from([0, 0, 0, 0, 1, 42]));
};

test("sends what any gRPC server understands, and resolves when it is answered", async () => {
  const seen: { headers: Record<string, unknown>; body: Buffer }[] = [];
  const client = await clientOf((stream, body, headers) => {
    seen.push({ headers, body });
    succeed(stream);
  });
  await client.call(Buffer.from("cat"));
  expect(seen[0]?.headers).toMatchObject({
    ":method": "POST",
    ":path": "/pets.Pets/Add",
    ":scheme": "http",
    "content-type": "application/grpc",
    te: "trailers",
  });
  expect(seen[0]?.body).toEqual(Buffer.from([0, 0, 0, 0, 3, ...Buffer.from("cat")]));
});

test("keeps many calls in flight, and waits when it has sent what the server takes unasked", async () => {
  let answered = 0;
  const client = await clientOf((stream) => {
    answered++;
    succeed(stream);
  });
  const message = Buffer.alloc(15_000, 7);
  await Promise.all(Array.from({ length: 100 }, () => client.call(message)));
  expect(answered).toBe(100);
});

test("rejects a call that fails: answered without a message, or reset", async () => {
  const client = await clientOf((stream, body) => {
    if (body.length === 5) stream.respond({ ":status": 200, "grpc-status": "9" }, { endStream: true });
    else stream.close(2);
  });
  await expect(client.call(Buffer.alloc(0))).rejects.toThrow("without a message");
  await expect(client.call(Buffer.alloc(1))).rejects.toThrow("was reset: 2");
});

test("rejects every call when the connection breaks, and all after it", async () => {
  const client = await clientOf((stream) => stream.session?.destroy());
  await expect(Promise.all([client.call(Buffer.alloc(1)), client.call(Buffer.alloc(1))])).rejects.toThrow(
    "server",
  );
  await expect(client.call(Buffer.alloc(1))).rejects.toThrow("server");
});

test("refuses a message that is too long for one frame", async () => {
  const client = await clientOf(succeed);
  await expect(client.call(Buffer.alloc(16_001))).rejects.toThrow("16001 bytes");
});
