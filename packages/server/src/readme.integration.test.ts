import { readFile } from "node:fs/promises";
import { memoryBackend } from "@leftfold/backend-memory";
import { expect, test } from "vitest";
import { defaultServerLimits, startServer } from "./index.ts";

const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");

test("the README's example does what it says", async () => {
  const lines: unknown[] = [];
  const console = { log: (line: unknown) => lines.push(line) };
  // #region readme
  const backend = memoryBackend();
  const server = await startServer({ backend, bindAddr: "127.0.0.1:0" });
  console.log(await (await fetch(`${server.url}/readyz`)).text());
  await server.close();
  await backend[Symbol.asyncDispose]();
  // #endregion readme
  expect(lines).toEqual(["ready\n"]);
});

test("the README shows the very example that is run here, and the bounds as they are", async () => {
  const source = await readFile(new URL(import.meta.url), "utf8");
  const region = source.split(/ *\/\/ #(?:end)?region readme\n/)[1]!.replaceAll(/^ {2}/gm, "");
  expect(readme).toContain(region);
  const { appendsInFlightMax, requestBytesHeldMax, streamsMax, requestBytesMax, firstBytesTimeoutMs } =
    defaultServerLimits;
  const shown = [...readme.matchAll(/^\| `(\w+Max|\w+Ms)` +\| ([^|]+?) +\|/gm)].map(([, name, value]) => [
    name,
    value,
  ]);
  expect(shown).toEqual([
    ["appendsInFlightMax", appendsInFlightMax.toLocaleString("en")],
    ["requestBytesHeldMax", `${requestBytesHeldMax / 1024 ** 2} MiB`],
    ["streamsMax", streamsMax.toLocaleString("en")],
    ["requestBytesMax", `${requestBytesMax / 1024 ** 2} MiB`],
    ["firstBytesTimeoutMs", `${firstBytesTimeoutMs / 1000} s`],
  ]);
});
