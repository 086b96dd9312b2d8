import { expect, test } from "vitest";
import { checksOf } from "./check-of.ts";
import { type Hunt, hunt } from "./hunt.ts";
import type { HuntKind } from "./seeded-bug.ts";
import { seededBugNamed } from "./seeded-bugs.ts";

const signal = new AbortController().signal;

async function hunted(name: string | undefined, kind: HuntKind, runsMax: number): Promise<Hunt> {
  const bug = name === undefined ? undefined : seededBugNamed(name);
  return await hunt({ bug, kind, seed: 1, runsMax, databaseUrl: process.env["DATABASE_URL"]!, signal });
}

/** Those that a few seconds are enough for; `pnpm prove --bugs` hunts all of them. */
test.each([
  "acknowledge-before-commit",
  "skip-the-fence",
  "lock-and-check-in-one-statement",
  "order-by-a-sequence",
  "drop-one-event-at-the-handover",
  "forget-the-idempotency-key",
])("a storm over two stores finds the bug %s", { timeout: 300_000 }, async (name) => {
  const { caught } = await hunted(name, "storm", 10);
  expect(checksOf(caught?.findings ?? [])).not.toEqual([]);
});

test("killed runners find a checkpoint before the write", { timeout: 300_000 }, async () => {
  const { caught } = await hunted("checkpoint-before-the-write", "killed-runners", 10);
  expect(checksOf(caught?.findings ?? [])).toContain("the read model is the fold of the log");
});

test("a hunt without a bug finds nothing, in as many runs as it may take", { timeout: 300_000 }, async () => {
  expect(await hunted(undefined, "storm", 1)).toMatchObject({ runs: 1, caught: undefined });
});

test("a hunt that cannot be made fails with what was complained of", async () => {
  const bug = { name: "no-such-bug", mistake: "", edits: [], huntedBy: [] };
  const hunting = hunt({ bug, kind: "storm", seed: 1, runsMax: 1, databaseUrl: "", signal });
  await expect(hunting).rejects.toThrow(
    /The runs with no-such-bug ended early, with 1: .*no seeded bug named/s,
  );
});

test("a hunt ends with its signal", async () => {
  const stopped = AbortSignal.abort(new Error("enough"));
  const hunting = hunt({
    bug: undefined,
    kind: "storm",
    seed: 1,
    runsMax: 1,
    databaseUrl: "",
    signal: stopped,
  });
  await expect(hunting).rejects.toThrow("enough");
});
