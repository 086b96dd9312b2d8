// Fails when the committed generated code is not what the .proto files give.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const committed = "packages/proto/src/gen";
const fresh = mkdtempSync(join(tmpdir(), "leftfold-gen-"));
try {
  execFileSync("buf", ["generate", "--output", fresh], { stdio: "inherit" });
  const differing = differences(join(fresh, committed));
  if (differing.length > 0) {
    console.error(`Run "pnpm generate" and commit what changes:\n${differing.join("\n")}`);
    process.exitCode = 1;
  }
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

function differences(generated: string): string[] {
  const expected = contents(generated);
  const found = contents(committed);
  return [...new Set([...expected.keys(), ...found.keys()])].filter(
    (file) => expected.get(file) !== found.get(file),
  );
}

function contents(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(files.map((file) => [file.slice(folder.length + 1), readFileSync(file, "utf8")]));
}
