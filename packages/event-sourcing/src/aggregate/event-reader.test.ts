import type { RecordedEvent } from "@leftfold/core";
import { expect, test } from "vitest";
import { InvalidDefinitionError } from "../errors.ts";
import { defineAggregate } from "./define-aggregate.ts";
import { eventReader } from "./event-reader.ts";
import { eventTypes } from "./event-schemas.ts";

const Course = defineAggregate({
  type: "Course",
  events: eventTypes<{ Offered: { places: number }; Named: { name: string } }>(),
  initial: {},
  evolve: { Offered: (course) => course, Named: (course) => course },
  commands: {},
});
const Student = defineAggregate({
  type: "Student",
  events: eventTypes<{ Named: { name: string } }>(),
  initial: {},
  evolve: { Named: (student) => student },
  commands: {},
});

function recorded(aggregateType: string): RecordedEvent {
  const { payload, contentType } = Student.encode({ type: "Named", data: { name: "Ann" } }, "s1");
  return {
    tenantId: "t",
    globalNonce: 1n,
    aggregateType,
    aggregateId: "s1",
    aggregateNonce: 1n,
    eventId: "0",
    eventType: "Named",
    eventVersion: 1,
    contentType,
    payload,
    occurredAt: new Date(0),
    recordedAt: new Date(0),
    tags: [],
    metadata: {},
  };
}

test("a reader knows the events of all its definitions, and reads each by its aggregate's", () => {
  const reader = eventReader([Course, Student]);
  expect(reader.eventTypes).toEqual(["Offered", "Named"]);
  expect(reader.query).toEqual({ anyOf: [{ aggregateTypes: ["Course", "Student"] }] });
  expect(reader.decode(recorded("Student"))).toEqual({ type: "Named", data: { name: "Ann" } });
  expect(reader.decode(recorded("Teacher"))).toBeUndefined();
});

test("a reader of nothing, or of one type twice, is refused", () => {
  expect(() => eventReader([])).toThrow(InvalidDefinitionError);
  expect(() => eventReader([Course, Course])).toThrow("Two definitions have one type, of Course, Course.");
});
