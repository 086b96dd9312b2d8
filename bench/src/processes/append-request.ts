import { type AppendTarget, aggregateType } from "../workload/aggregate-choice.ts";
import { contentType, eventType, payload } from "../workload/deposit.ts";

/** Where `Append` is to be found in any server. */
export const appendPath = "/leftfold.eventstore.v1.EventStoreService/Append";

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
