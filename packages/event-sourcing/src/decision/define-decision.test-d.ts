// What the compiler infers of decisions, and what it refuses, on which line. Compiled, never run.
import type { EventStore } from "@leftfold/core";
import { expectTypeOf } from "vitest";
import { z } from "zod";
import { defineAggregate } from "../aggregate/define-aggregate.ts";
import { reject } from "../aggregate/outcome.ts";
import { execute } from "../command/execute.ts";
import { defineDecision } from "./define-decision.ts";

const Course = defineAggregate({
  type: "Course",
  events: {
    CourseOffered: z.object({ places: z.number() }),
    StudentEnrolled: z.object({ student: z.string() }),
  },
  initial: {},
  evolve: { CourseOffered: (course) => course, StudentEnrolled: (course) => course },
  commands: {},
});

const Student = defineAggregate({
  type: "Student",
  events: { StudentJoined: z.object({ name: z.string() }) },
  initial: {},
  evolve: { StudentJoined: (student) => student },
  commands: {},
});

declare const store: EventStore;

const enrol = defineDecision({
  name: "EnrolStudent",
  of: [Course, Student],
  boundary: (input: { course: string; student: string }) => [
    { tags: [`course:${input.course}`] },
    { tags: [`student:${input.student}`] },
  ],
  initial: { places: 0, joined: false },
  evolve: {
    CourseOffered: (state, { places }) => ({ ...state, places }),
    StudentEnrolled: (state) => ({ ...state, places: state.places - 1 }),
    StudentJoined: (state) => ({ ...state, joined: true }),
  },
  aggregates: ({ course }) => ({ course: Course.ref(course) }),
  decide: (state, { course }, { student }) => {
    expectTypeOf(state).toEqualTypeOf<{ places: number; joined: boolean }>();
    if (state.places === 0) return reject("full");
    return course.emit("StudentEnrolled", { student }, { tags: [`student:${student}`] });
  },
});

const enrolled = await execute(store, enrol, { course: "c1", student: "s1" });
expectTypeOf(enrolled.aggregates[0]!.aggregateType).toEqualTypeOf<"Course">();
// @ts-expect-error A wrong input.
await execute(store, enrol, { course: "c1", student: 1 });

defineDecision({
  name: "Wrong",
  of: [Course],
  boundary: (course: string) => ({ tags: [`course:${course}`] }),
  initial: { places: 0 },
  evolve: {
    // @ts-expect-error The event has no such data.
    CourseOffered: (_, { seats }) => ({ places: seats }),
    // @ts-expect-error No event of what it looks at.
    StudentJoined: () => ({ places: 0 }),
  },
  aggregates: (course) => ({ course: Course.ref(course) }),
  decide: (_, { course }) => [
    // @ts-expect-error A misspelt event.
    course.emit("StudentEnroled", { student: "s1" }),
    // @ts-expect-error Wrong data.
    course.emit("StudentEnrolled", { student: 1 }),
  ],
});

defineDecision({
  name: "Wrong",
  of: [Course],
  boundary: (course: string) => ({ tags: [`course:${course}`] }),
  initial: { places: 0 },
  evolve: { CourseOffered: (_, { places }) => ({ places }) },
  aggregates: (course) => ({ course: Course.ref(course) }),
  decide: ({ places }, { course }) => {
    if (places === 0) return reject("full");
    // @ts-expect-error A misspelt event in a body of statements.
    if (places === 1) return course.emit("StudentEnroled", { student: "s1" });
    // @ts-expect-error Another aggregate's event.
    return course.emit("StudentJoined", { name: "Ann" });
  },
});
