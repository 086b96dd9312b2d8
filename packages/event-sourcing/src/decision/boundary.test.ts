import { expect, test } from "vitest";
import { defineAggregate } from "../aggregate/define-aggregate.ts";
import { eventTypes } from "../aggregate/event-schemas.ts";
import { InvalidDefinitionError } from "../errors.ts";
import { boundaryQuery } from "./boundary.ts";
import { defineDecision } from "./define-decision.ts";

const Course = defineAggregate({
  type: "Course",
  events: eventTypes<{ Offered: { places: number }; Renamed: { name: string } }>(),
  initial: {},
  evolve: { Offered: (course) => course, Renamed: (course) => course },
  commands: {},
});

test("a boundary is of the events that are folded, where it does not name others", () => {
  const all = { eventTypes: ["Offered"], aggregateTypes: ["Course"] };
  expect(boundaryQuery([Course], ["Offered"], { tags: ["course:c1"] })).toEqual({
    anyOf: [{ ...all, tags: ["course:c1"] }],
  });
  const named = { eventTypes: ["Renamed"], aggregateTypes: ["Student"] };
  expect(boundaryQuery([Course], ["Offered"], [{ ...named }, { eventTypes: [] }])).toEqual({
    anyOf: [named, all],
  });
});

test("a boundary of a decision that folds nothing is of all its events", () => {
  const [item] = boundaryQuery([Course], [], {}).anyOf;
  expect(item).toEqual({ eventTypes: ["Offered", "Renamed"], aggregateTypes: ["Course"] });
});

test("a decision is refused without a name, and without aggregates to look at", () => {
  const parts = {
    of: [Course],
    boundary: (_: string) => ({}),
    initial: () => ({ places: 0 }),
    evolve: {},
    aggregates: () => ({}),
    decide: () => undefined,
  };
  expect(() => defineDecision({ ...parts, name: "" })).toThrow(InvalidDefinitionError);
  expect(() => defineDecision({ ...parts, name: "D", of: [] })).toThrow(
    "D looks at the events of no aggregate.",
  );
  expect(defineDecision({ ...parts, name: "D" }).initial).toEqual({ places: 0 });
});
