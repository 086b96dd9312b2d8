import { expect, test } from "vitest";
import { Milestone } from "./milestone.ts";

test("a milestone is reached when every tenant has enough, or is given up on", async () => {
  const milestone = new Milestone(3, 20);
  let reached = false;
  void milestone.all.then(() => {
    reached = true;
  });
  milestone.note(0, 20);
  milestone.note(1, 19);
  milestone.giveUpOn(2);
  await Promise.resolve();
  expect(reached).toBe(false);
  milestone.note(1, 25);
  await milestone.all;
});
