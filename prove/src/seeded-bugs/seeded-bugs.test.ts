import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { applyEdits } from "./apply-edits.ts";
import { repositoryRoot } from "./repository-root.ts";
import { seededBugNamed, seededBugs } from "./seeded-bugs.ts";

const source = (file: string): string => readFileSync(join(repositoryRoot, file), "utf8");

describe("every seeded bug", () => {
  test.each(seededBugs)(
    "$name fits the sources as they are, and leaves them readable",
    ({ edits, huntedBy }) => {
      const edited = applyEdits(edits, source);
      expect(edited.size).toBeGreaterThan(0);
      for (const [file, text] of edited) {
        expect(text).not.toBe(source(file));
        expect(() => stripTypeScriptTypes(text)).not.toThrow();
      }
      expect(huntedBy.length).toBeGreaterThan(0);
    },
  );

  test("has a name of its own", () => {
    expect(new Set(seededBugs.map(({ name }) => name)).size).toBe(seededBugs.length);
    for (const { name } of seededBugs) expect(seededBugNamed(name).name).toBe(name);
  });
});

describe("an edit", () => {
  const edit = { file: "a.ts", find: "one", replace: "$& and $1" };

  test("is made as it is written, on top of earlier ones of its file", () => {
    const edits = [edit, { file: "a.ts", find: "and", replace: "or" }];
    expect(applyEdits(edits, () => "just one")).toEqual(new Map([["a.ts", "just $& or $1"]]));
  });

  test.each(["none of it", "one and one"])(
    "fails loudly when its piece is not there exactly once: %s",
    (text) => {
      const read = (): string => text.replace("none", "no");
      expect(() => applyEdits([edit], read)).toThrow(/a piece of a\.ts that is there [02] times, not once/);
    },
  );
});

describe("a program with a bug seeded into it", () => {
  const preload = new URL("./seed-a-bug.ts", import.meta.url).href;
  const partitionOf = new URL(
    "../../../packages/event-sourcing/src/projection/partition-of.ts",
    import.meta.url,
  );
  const keys = '["a", "b", "c", "d", "e", "f"]';
  const program = `import { partitionOf } from "${partitionOf}"; console.log(${keys}.some((key) => partitionOf(key, 8) < 0));`;

  async function run(bug: string): Promise<string> {
    const args = [`--import=${preload}`, "--input-type=module", "--eval", program];
    const env = { ...process.env, LEFTFOLD_SEEDED_BUG: bug };
    return (await promisify(execFile)(process.execPath, args, { env })).stdout.trim();
  }

  test("has the bug, and has none when none is named", async () => {
    expect(await run("partition-skips-keys")).toBe("true");
    expect(await run("")).toBe("false");
  });

  test("does not run with a bug that there is not", async () => {
    await expect(run("no-such-bug")).rejects.toThrow(
      /There is no seeded bug named no-such-bug\. There are: .*skip-the-fence/,
    );
  });
});
