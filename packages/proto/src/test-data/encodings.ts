import { toBinary } from "@bufbuild/protobuf";
import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
import type { RecordedEvent } from "@leftfold/core";
import fc from "fast-check";
import { recordedEventToWire } from "../convert-event.ts";
import { RecordedEventSchema } from "../gen/leftfold/eventstore/v1/event_pb.ts";

/** A field as it is encoded: its tag and what follows. */
type Field = Uint8Array;

/**
 * Encodings of an event that no encoder here gives, and any decoder must take: the fields of one or two
 * events in any order, so that the later ones of the same number count, or are merged, and unknown fields in
 * between.
 */
export function arbitraryEncoding(event: fc.Arbitrary<RecordedEvent>): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(event, fc.option(event), fc.array(arbitraryUnknownField(), { maxLength: 3 }))
    .chain(([first, second, unknown]) => {
      const fields = [...fieldsOf(first), ...(second === null ? [] : fieldsOf(second)), ...unknown];
      return fc.shuffledSubarray(fields, { minLength: Math.floor(fields.length / 2) });
    })
    .map((fields) => new Uint8Array(Buffer.concat(fields)));
}

function fieldsOf(event: RecordedEvent): Field[] {
  const bytes = toBinary(RecordedEventSchema, recordedEventToWire(event));
  const reader = new BinaryReader(bytes);
  const fields: Field[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [number, wireType] = reader.tag();
    reader.skip(wireType, number);
    fields.push(bytes.subarray(start, reader.pos));
  }
  return fields;
}

const groupNumber = 1002;

/** A field of a number that an event does not have, of each wire type. */
function arbitraryUnknownField(): fc.Arbitrary<Field> {
  const number = fc.integer({ min: 18, max: 1000 });
  return fc.oneof(
    fc.tuple(number, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })).map(([no, value]) => {
      return new BinaryWriter().tag(no, 0).uint64(value).finish();
    }),
    number.map((no) => new BinaryWriter().tag(no, 1).fixed64(5n).finish()),
    fc.tuple(number, fc.uint8Array({ maxLength: 200 })).map(([no, value]) => {
      return new BinaryWriter().tag(no, 2).bytes(value).finish();
    }),
    number.map((no) => new BinaryWriter().tag(no, 5).fixed32(5).finish()),
    fc.integer({ min: 1, max: 5 }).map(nestedGroups),
  );
}

function nestedGroups(depth: number): Field {
  const writer = new BinaryWriter();
  for (let i = 0; i < depth; i++)
    writer
      .tag(groupNumber + i, 3)
      .tag(1, 0)
      .uint32(7);
  for (let i = depth - 1; i >= 0; i--) writer.tag(groupNumber + i, 4);
  return writer.finish();
}
