import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { DurationSchema, StringValueSchema } from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import { defineAggregate } from "./aggregate/define-aggregate.ts";
import { eventTypes } from "./aggregate/event-schemas.ts";
import { InvalidDefinitionError } from "./errors.ts";
import { protobufCodec } from "./protobuf-codec.ts";

const Timer = defineAggregate({
  type: "Timer",
  events: eventTypes<{
    TimerNamed: MessageInitShape<typeof StringValueSchema>;
    TimeAdded: MessageInitShape<typeof DurationSchema>;
  }>(),
  initial: { name: "", seconds: 0n },
  evolve: {
    TimerNamed: (timer, { value = "" }) => ({ ...timer, name: value }),
    TimeAdded: (timer, { seconds = 0n }) => ({ ...timer, seconds: timer.seconds + seconds }),
  },
  commands: {},
  codec: protobufCodec(
    { create, toBinary, fromBinary },
    { TimerNamed: StringValueSchema, TimeAdded: DurationSchema },
  ),
});

test("events are protobuf messages in the store, and come back as they were", () => {
  const proposed = Timer.encode({ type: "TimeAdded", data: { seconds: 5n } }, "t1");
  expect(proposed.contentType).toBe("application/protobuf");
  expect(proposed.payload).toEqual(toBinary(DurationSchema, create(DurationSchema, { seconds: 5n })));
  const place = { aggregateType: "Timer", aggregateId: "t1", aggregateNonce: 1n };
  const event = { ...proposed, ...place, eventVersion: 1 };
  expect(Timer.replay(Timer.initial, event)).toEqual({ name: "", seconds: 5n });
});

test("an event without a message is refused when it is defined, and when it is written", () => {
  const codec = protobufCodec({ create, toBinary, fromBinary }, {});
  expect(() => codec.decoder("TimeAdded")).toThrow(InvalidDefinitionError);
  expect(() => codec.encode("toString", {})).toThrow("The protobuf codec has no message for toString.");
});
