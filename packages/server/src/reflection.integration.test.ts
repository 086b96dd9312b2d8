import {
  create,
  createFileRegistry,
  fromBinary,
  isMessage,
  type Message,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Code, createClient, type Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { memoryBackend } from "@leftfold/backend-memory";
import { ServerReflectionV1, ServerReflectionV1Alpha } from "@leftfold/proto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Server, startServer } from "./start-server.ts";

const storeService = "leftfold.eventstore.v1.EventStoreService";
const storeFile = "leftfold/eventstore/v1/event_store_service.proto";

type Info = (typeof ServerReflectionV1)["method"]["serverReflectionInfo"];
type Question = NonNullable<MessageInitShape<Info["input"]>["messageRequest"]>;
type Answer = MessageShape<Info["output"]>["messageResponse"];

describe.each([
  ["v1", ServerReflectionV1],
  // The same but for its name, which the types tell apart.
  ["v1alpha", ServerReflectionV1Alpha as unknown as typeof ServerReflectionV1],
])("reflection %s", (_, Reflection) => {
  let server: Server;
  let transport: Transport;
  beforeAll(async () => {
    server = await startServer({ backend: memoryBackend(), bindAddr: "127.0.0.1:0" });
    transport = createGrpcTransport({ baseUrl: server.url });
  });
  afterAll(() => server.close());

  async function ask(...questions: Question[]): Promise<Answer[]> {
    async function* requests() {
      for (const messageRequest of questions) yield { host: "here", messageRequest };
    }
    const answers: Answer[] = [];
    for await (const answer of createClient(Reflection, transport).serverReflectionInfo(requests())) {
      expect(answer.validHost).toBe("here");
      expect(answer.originalRequest?.messageRequest.case).toBe(questions[answers.length]!.case);
      answers.push(answer.messageResponse);
    }
    return answers;
  }

  async function fileNames(question: Question): Promise<string[]> {
    const [answer] = await ask(question);
    if (answer?.case !== "fileDescriptorResponse") throw new Error(`answered with ${answer?.case}`);
    return answer.value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name);
  }

  test("lists the services", async () => {
    const [answer] = await ask({ case: "listServices", value: "*" });
    expect(answer).toMatchObject({
      case: "listServicesResponse",
      value: {
        service: [
          { name: "grpc.health.v1.Health" },
          { name: "grpc.reflection.v1.ServerReflection" },
          { name: "grpc.reflection.v1alpha.ServerReflection" },
          { name: storeService },
        ],
      },
    });
  });

  test("finds files by name and by whatever they declare, with all that they import", async () => {
    const files = [
      storeFile,
      "leftfold/eventstore/v1/error.proto",
      "leftfold/eventstore/v1/append.proto",
      "leftfold/eventstore/v1/event.proto",
      "google/protobuf/timestamp.proto",
    ];
    expect(await fileNames({ case: "fileByFilename", value: storeFile })).toEqual(files);
    for (const symbol of ["", ".Append", ".ReadAll"]) {
      expect(await fileNames({ case: "fileContainingSymbol", value: storeService + symbol })).toEqual(files);
    }
    const names = ["Direction", "DIRECTION_BACKWARDS", "SubscribeRequest.Head", "SubscribeRequest.start"];
    for (const name of names) {
      const value = `leftfold.eventstore.v1.${name}`;
      expect(await fileNames({ case: "fileContainingSymbol", value })).toEqual(files);
    }
    const timestamp = { case: "fileContainingSymbol", value: ".google.protobuf.Timestamp" } as const;
    expect(await fileNames(timestamp)).toEqual(["google/protobuf/timestamp.proto"]);
  });

  test("says what it does not have, and goes on", async () => {
    const answers = await ask(
      { case: "fileByFilename", value: "nowhere.proto" },
      { case: "fileContainingSymbol", value: "no.such.Thing" },
      { case: "fileContainingExtension", value: { containingType: storeService, extensionNumber: 7 } },
      { case: "allExtensionNumbersOfType", value: "no.such.Type" },
      { case: undefined },
      { case: "allExtensionNumbersOfType", value: "leftfold.eventstore.v1.RecordedEvent" },
    );
    const codes = answers.map(({ case: kind, value }) =>
      kind === "errorResponse" ? value.errorCode : `${kind} of ${isMessage(value as Message) && kind}`,
    );
    expect(codes.slice(0, 5)).toEqual([
      Code.NotFound,
      Code.NotFound,
      Code.NotFound,
      Code.NotFound,
      Code.InvalidArgument,
    ]);
    expect(answers[5]).toMatchObject({
      case: "allExtensionNumbersResponse",
      value: { baseTypeName: "leftfold.eventstore.v1.RecordedEvent", extensionNumber: [] },
    });
  });

  test("is enough for a tool that knows only the address to append and to read", async () => {
    const [answer] = await ask({ case: "fileContainingSymbol", value: storeService });
    if (answer?.case !== "fileDescriptorResponse") throw new Error(`answered with ${answer?.case}`);
    const file = answer.value.fileDescriptorProto.map((bytes) =>
      fromBinary(FileDescriptorProtoSchema, bytes),
    );
    // A tool makes its own types of what it is told. What is told first may import what comes later.
    const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: file.toReversed() }));
    const service = registry.getService(storeService)!;
    const client = createClient(service, transport) as Record<string, (request: object) => unknown>;
    const appends = [
      {
        aggregateType: "Account",
        aggregateId: "1",
        expected: { expected: { case: "noStream", value: {} } },
        events: [{ eventType: "Opened", contentType: "text/plain", payload: new Uint8Array([1]) }],
      },
    ];
    const tenantId = crypto.randomUUID();
    expect(await client["append"]!({ tenantId, appends })).toMatchObject({ lastGlobalNonce: 1n });
    const read: unknown[] = [];
    for await (const response of client["readAll"]!({ tenantId }) as AsyncIterable<unknown>)
      read.push(response);
    expect(read).toMatchObject([{ events: [{ eventType: "Opened", globalNonce: 1n }] }]);
  });
});
