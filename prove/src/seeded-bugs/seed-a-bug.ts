// Is imported before a program, and before those that it starts: `NODE_OPTIONS=--import=…`. Seeds the bug that
// LEFTFOLD_SEEDED_BUG names, in what the program loads of the sources. Production code knows nothing of it.
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { applyEdits } from "./apply-edits.ts";
import { repositoryRoot } from "./repository-root.ts";
import { seededBugNamed } from "./seeded-bugs.ts";

const name = process.env["LEFTFOLD_SEEDED_BUG"];
if (name) {
  const { edits } = seededBugNamed(name);
  // At once, and not when a file is loaded: a program that cannot have the bug must not run without it.
  const edited = applyEdits(edits, (file) => readFileSync(join(repositoryRoot, file), "utf8"));
  const sources = new Map(
    Array.from(edited, ([file, source]) => [pathToFileURL(join(repositoryRoot, file)).href, source]),
  );
  registerHooks({
    load(url, context, nextLoad) {
      const source = sources.get(url);
      return source === undefined
        ? nextLoad(url, context)
        : { format: "module-typescript", source, shortCircuit: true };
    },
  });
}
