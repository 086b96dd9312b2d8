// Packs every package as it will be published, and checks what users and their tools will find in it.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const tarballs = mkdtempSync(join(tmpdir(), "leftfold-pack-"));
let failures = 0;
try {
  execFileSync("turbo", ["run", "build", "--output-logs=errors-only"], {
    stdio: "inherit",
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1" },
  });
  for (const folder of readdirSync("packages")) {
    const { name } = JSON.parse(readFileSync(join("packages", folder, "package.json"), "utf8"));
    const tarball = join(tarballs, `${folder}.tgz`);
    execFileSync("pnpm", ["--filter", name, "pack", "--out", tarball], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    run("publint", "run", tarball, "--strict");
    run("attw", tarball, "--profile", "esm-only", "--format", "ascii");
    const listed = execFileSync("tar", ["-tzf", tarball], { encoding: "utf8" });
    const strays = listed.split("\n").filter((file) => /\.test\.|\.test-d\.|tsbuildinfo/.test(file));
    if (strays.length > 0) fail(`${name} would publish ${strays.slice(0, 3).join(", ")}`);
  }
} finally {
  rmSync(tarballs, { recursive: true, force: true });
}
if (failures > 0) process.exitCode = 1;

function run(command: string, ...parameters: string[]): void {
  const { status, stdout, stderr } = spawnSync(command, parameters, { encoding: "utf8" });
  if (status !== 0) fail(`${command} ${parameters.join(" ")}\n${stdout}${stderr}`);
}

function fail(message: string): void {
  console.error(message);
  failures++;
}
