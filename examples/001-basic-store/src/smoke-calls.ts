import assert from "node:assert/strict";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import {
  EventStoreService,
  Health,
  HealthCheckResponse_ServingStatus,
  ServerReflectionV1,
} from "@leftfold/proto";

const deadline = { timeoutMs: 10_000 };

/**
 * Makes every kind of call that the server has, as any gRPC client would, and checks the answers.
 *
 * @param tenantId one without events.
 * @param passed told the name of each call that did what it should.
 * @throws naming the call that did not.
 */
export async function smoke(url: string, tenantId: string, passed: (call: string) => void): Promise<void> {
  const sessionManager = new Http2SessionManager(url);
  try {
    for (const [name, call] of smokeCalls(createGrpcTransport({ baseUrl: url, sessionManager }), tenantId)) {
      try {
        await call();
      } catch (cause) {
        throw new Error(`${name} failed: ${cause instanceof Error ? cause.message : String(cause)}`, {
          cause,
        });
      }
      passed(name);
    }
  } finally {
    sessionManager.abort();
  }
}

type SmokeCall = readonly [name: string, call: () => Promise<void>];

function smokeCalls(transport: ReturnType<typeof createGrpcTransport>, tenantId: string): SmokeCall[] {
  const store = createClient(EventStoreService, transport);
  const health = createClient(Health, transport);
  const reflection = createClient(ServerReflectionV1, transport);
  const event = (eventType: string) => ({
    eventType,
    contentType: "text/plain",
    payload: new Uint8Array([1]),
  });
  const append = (aggregateId: string) => ({
    tenantId,
    appends: [
      {
        aggregateType: "Smoke",
        aggregateId,
        expected: { expected: { case: "noStream" as const, value: {} } },
        events: [event("Lit")],
      },
    ],
  });
  const serving = HealthCheckResponse_ServingStatus.SERVING;
  return [
    ["Health/Check", async () => assert.equal((await health.check({}, deadline)).status, serving)],
    ["Health/Watch", async () => assert.equal((await first(health.watch({}, deadline))).status, serving)],
    ["Append", async () => assert.equal((await store.append(append("1"), deadline)).lastGlobalNonce, 1n)],
    [
      "Append, refused",
      async () =>
        await assert.rejects(store.append(append("1"), deadline), /expected at noStream but is at 1/),
    ],
    [
      "AppendBatch",
      async () => {
        const { outcomes } = await store.appendBatch({ appends: [append("1"), append("2")] }, deadline);
        assert.deepEqual(
          outcomes.map(({ outcome }) => outcome.case),
          ["failed", "accepted"],
        );
      },
    ],
    [
      "ReadStream",
      async () => {
        const stream = store.readStream({ tenantId, aggregateType: "Smoke", aggregateId: "2" }, deadline);
        assert.equal((await first(stream)).events[0]?.globalNonce, 2n);
      },
    ],
    [
      "ReadAll",
      async () => {
        const { events } = await first(store.readAll({ tenantId, direction: 2 }, deadline));
        assert.deepEqual(
          events.map(({ globalNonce }) => globalNonce),
          [2n, 1n],
        );
      },
    ],
    [
      "Subscribe",
      async () => {
        const { message } = await first(
          store.subscribe({ tenantId, start: { case: "after", value: 1n } }, deadline),
        );
        assert.equal(message.case === "batch" && message.value.events[0]?.globalNonce, 2n);
      },
    ],
    ["GetHead", async () => assert.equal((await store.getHead({ tenantId }, deadline)).globalNonce, 2n)],
    [
      "ServerReflection",
      async () => {
        async function* questions() {
          yield { messageRequest: { case: "listServices" as const, value: "" } };
        }
        const { messageResponse } = await first(reflection.serverReflectionInfo(questions(), deadline));
        assert.equal(messageResponse.case, "listServicesResponse");
      },
    ],
  ];
}

/** The first message; the call is then left. */
async function first<T>(messages: AsyncIterable<T>): Promise<T> {
  for await (const message of messages) return message;
  throw new Error("the stream ended without a message");
}
