import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { prepareDataDir } from "./data-dir.ts";
import { beginLog, readLogTail } from "./server-log.ts";
import { Workbench } from "./testing/workbench.ts";

test("reads the last 4 KiB of a log, nothing from before a place, and nothing where there is no log", async () => {
  const bench = await Workbench.open();
  const dataDir = await prepareDataDir(bench.dataDir());
  expect(await beginLog(dataDir)).toBe(0);
  expect(await readLogTail(dataDir)).toBe("");
  await writeFile(dataDir.log, `${"x".repeat(10_000)}\nthe end\n`);
  expect(await readLogTail(dataDir)).toMatch(/^x{4087}\nthe end$/);
  expect(await readLogTail(dataDir, 10_001)).toBe("the end");
  expect(await readLogTail(dataDir, 99_999)).toBe("");
  await bench[Symbol.asyncDispose]();
});
