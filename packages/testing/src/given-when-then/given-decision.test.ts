import { defineAggregate, defineDecision, reject } from "@leftfold/event-sourcing";
import { expect, test } from "vitest";
import { z } from "zod";
import { given } from "./given.ts";
import { happened } from "./happened.ts";

const Course = defineAggregate({
  type: "Course",
  events: {
    CourseOffered: z.object({ places: z.number() }),
    StudentEnrolled: z.object({ student: z.string() }),
  },
  initial: {},
  evolve: { CourseOffered: (course) => course, StudentEnrolled: (course) => course },
  commands: {},
  tags: { CourseOffered: (_, id) => [`course:${id}`], StudentEnrolled: (_, id) => [`course:${id}`] },
});

const enrol = defineDecision({
  name: "EnrolStudent",
  of: [Course],
  boundary: ({ course }: { course: string; student: string }) => ({ tags: [`course:${course}`] }),
  initial: { places: 0 },
  evolve: {
    CourseOffered: (_, { places }) => ({ places }),
    StudentEnrolled: ({ places }) => ({ places: places - 1 }),
  },
  aggregates: ({ course }) => ({ course: Course.ref(course) }),
  decide: ({ places }, { course }, { student }) =>
    places === 0 ? reject("full", { places }) : course.emit("StudentEnrolled", { student }),
});

const math = Course.ref("math");
const art = Course.ref("art");
const offered = (places: number) => ({ type: "CourseOffered", data: { places } }) as const;
const enrolled = (student: string) => ({ type: "StudentEnrolled", data: { student } }) as const;

test("a scenario of a decision sees what lies within its boundary, and nothing else", () => {
  given(
    enrol,
    happened(math, [offered(2), enrolled("ann")]),
    happened(art, [enrolled("bob"), enrolled("carl")]),
  )
    .when({ course: "math", student: "dora" })
    .then(happened(math, [enrolled("dora")]));
  given(enrol, happened(math, [offered(1), enrolled("ann")]), happened(art, [offered(5)]))
    .when({ course: "math", student: "dora" })
    .thenRejects("full", { places: 0 });
});

test("a scenario of a decision fails with the difference", () => {
  const enrolling = given(enrol, happened(math, [offered(1)])).when({ course: "math", student: "dora" });
  expect(() => enrolling.then(happened(math, [enrolled("carl")]))).toThrow(
    '  Course "math"\n-   StudentEnrolled { student: "carl" }\n+   StudentEnrolled { student: "dora" }',
  );
  expect(() => enrolling.thenRejects("full")).toThrow("- rejected: full\n+ Course");
  expect(() => given(enrol).when({ course: "math", student: "dora" }).then()).toThrow(
    "+ rejected: full { places: 0 }",
  );
});
