import { clientBugs } from "./client-bugs.ts";
import { commitBugs } from "./commit-bugs.ts";
import { followingBugs } from "./following-bugs.ts";
import { runnerBugs } from "./runner-bugs.ts";
import type { SeededBug } from "./seeded-bug.ts";
import { sequencerBugs } from "./sequencer-bugs.ts";

/** Every bug that can be seeded. */
export const seededBugs: readonly SeededBug[] = [
  ...commitBugs,
  ...sequencerBugs,
  ...followingBugs,
  ...clientBugs,
  ...runnerBugs,
];

/** @throws when there is none of this name. */
export function seededBugNamed(name: string): SeededBug {
  const bug = seededBugs.find((each) => each.name === name);
  if (bug !== undefined) return bug;
  const names = seededBugs.map((each) => each.name).join(", ");
  throw new Error(`There is no seeded bug named ${name}. There are: ${names}.`);
}
