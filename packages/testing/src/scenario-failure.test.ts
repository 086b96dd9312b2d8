import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { defineAggregate, eventTypes } from "@leftfold/event-sourcing";
import { expect, test } from "vitest";
import { given } from "./given-when-then/given.ts";
import { ScenarioFailure } from "./given-when-then/scenario-failure.ts";

const Counter = defineAggregate({
  type: "Counter",
  events: eventTypes<{ Counted: { by: number } }>(),
  initial: { count: 0 },
  evolve: { Counted: ({ count }, { by }) => ({ count: count + by }) },
  commands: { count: (_, by: number) => ({ type: "Counted", data: { by } }) },
});

test("a failure points to the line of the scenario, not into what runs it", () => {
  try {
    given(Counter).when("count", 1).then([]);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(ScenarioFailure);
    const frames = (error as Error).stack!.split("\n").filter((line) => /^\s+at /.test(line));
    expect(frames[0]).toContain("scenario-failure.test.ts");
  }
});

test("scenarios need no vitest: a program of its own tells one, and fails with the difference", async () => {
  const program = `
    import { defineAggregate, eventTypes } from "@leftfold/event-sourcing";
    import { given } from "@leftfold/testing/scenarios";
    const Counter = defineAggregate({
      type: "Counter", events: eventTypes(), initial: { count: 0 },
      evolve: { Counted: ({ count }, { by }) => ({ count: count + by }) },
      commands: { count: (_, by) => ({ type: "Counted", data: { by } }) },
    });
    given(Counter).when("count", 1).then([{ type: "Counted", data: { by: 1 } }]);
    console.log("held");
    given(Counter).when("count", 1).then([{ type: "Counted", data: { by: 2 } }]);
  `;
  const running = promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: new URL("..", import.meta.url),
  });
  const failed: { stdout: string; stderr: string } = await running.then(
    () => expect.unreachable("The second scenario should have failed."),
    (error: { stdout: string; stderr: string }) => error,
  );
  expect(failed.stdout).toBe("held\n");
  expect(failed.stderr).toContain("- Counted { by: 2 }\n+ Counted { by: 1 }");
});
