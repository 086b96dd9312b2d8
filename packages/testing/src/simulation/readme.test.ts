import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { findViolation, type Scenario } from "../simulation.ts";

test("the README shows the very scenario that is run here, and what is told of it", async () => {
  // #region readme
  const tills: Scenario = async (simulation) => {
    let stored = 0;
    const sell = async (till: string): Promise<void> => {
      await simulation.turn(till, "reads how many are sold");
      const sold = stored;
      if (simulation.strikes(till, "is slow")) await new Promise((resolve) => setTimeout(resolve, 1_000));
      await simulation.turn(till, "writes that one more is sold");
      stored = sold + 1;
    };
    await Promise.all([sell("till 1"), sell("till 2")]);
    if (stored !== 2) throw new Error(`2 were sold, and ${stored} is counted.`);
  };
  const violation = await findViolation(tills, { schedules: 1_000 });
  // #endregion readme
  const source = await readFile(new URL(import.meta.url), "utf8");
  const region = source.split(/ *\/\/ #(?:end)?region readme\n/)[1]!.replaceAll(/^ {2}/gm, "");
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  expect(readme).toContain(region);
  const told = readme.split("```\n2 were sold")[1]!.split("\n```")[0]!;
  expect(violation?.message).toContain(`2 were sold${told}`);
});
