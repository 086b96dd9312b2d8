import { connect } from "node:http2";
import { type AppendTarget, aggregateType } from "../workload/aggregate-choice.ts";
import { contentType, eventType, payload } from "../workload/deposit.ts";

const path = "/leftfold.eventstore.v1.EventStoreService/Append";

/** The leanest gRPC client there is: one method, over one HTTP/2 connection, without a library. */
export interface GrpcAppender extends AsyncDisposable {
  append(target: AppendTarget): Promise<void>;
}

export async function openGrpcAppender(url: string, tenantId: string): Promise<GrpcAppender> {
  const session = connect(url);
  await new Promise<void>((resolve, reject) => {
    session.once("connect", () => resolve());
    session.once("error", reject);
  });
  const headers = { ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers" };
  return {
    append: (target) =>
      new Promise<void>((resolve, reject) => {
        const stream = session.request(headers);
        let status: unknown;
        let message: unknown;
        let received = 0;
        stream.on("trailers", (trailers) => {
          status = trailers["grpc-status"];
          message = trailers["grpc-message"];
        });
        stream.on("data", (bytes: Buffer) => {
          received += bytes.length;
        });
        stream.on("error", reject);
        stream.on("close", () => {
          // Five bytes of frame and a message: an answer without either is no answer.
          if (status === "0" && received > 5) resolve();
          else reject(new Error(`Append ended with grpc-status ${status} and ${received} bytes: ${message}`));
        });
        stream.end(frame(appendRequest(tenantId, target)));
      }),
    [Symbol.asyncDispose]: () => new Promise((resolve) => session.close(() => resolve())),
  };
}

/** A gRPC message is a byte for compression, its length, and itself. */
function frame(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

const event = Buffer.concat([
  field(1, text(eventType)),
  field(2, text(contentType)),
  field(12, Buffer.from(payload)),
]);
const eventField = field(4, event);
const expectAny = field(3, field(4, Buffer.alloc(0)));
const typeField = field(1, text(aggregateType));

/** `leftfold.eventstore.v1.AppendRequest` with one event. */
export function appendRequest(tenantId: string, { aggregateId, expected }: AppendTarget): Buffer {
  const expectation = expected === undefined ? expectAny : field(3, Buffer.from([0x08, ...varint(expected)]));
  return Buffer.concat([
    field(1, text(tenantId)),
    field(2, Buffer.concat([typeField, field(2, text(aggregateId)), expectation, eventField])),
  ]);
}

/** A protobuf field whose content has a length. */
function field(number: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(BigInt(content.length))]), content]);
}

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

function text(content: string): Buffer {
  return Buffer.from(content, "utf8");
}
