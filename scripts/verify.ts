// Everything a reviewer would look at short of running the tests. Each step is a command that can be run by itself.
import { spawnSync } from "node:child_process";

const steps: readonly (readonly [what: string, command: string])[] = [
  ["format and lint", "biome check --error-on-warnings ."],
  ["protocol lint", "buf lint"],
  ["generated code is up to date", "node scripts/check-generated.ts"],
  ["types", "tsc -b"],
  ["nothing unused", "knip"],
  ["packages as they will be published", "node scripts/check-packages.ts"],
];

const failed: string[] = [];
for (const [what, command] of steps) {
  const startedMs = performance.now();
  const { status, stdout, stderr } = spawnSync(command, { shell: true, encoding: "utf8" });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${status === 0 ? "ok  " : "FAIL"}  ${what.padEnd(36)} ${seconds.padStart(6)} s   ${command}`);
  if (status === 0) continue;
  failed.push(what);
  console.log(`${stdout}${stderr}`.replace(/^/gm, "      "));
}
if (failed.length > 0) {
  console.error(`Not as it should be: ${failed.join(", ")}.`);
  process.exitCode = 1;
}
