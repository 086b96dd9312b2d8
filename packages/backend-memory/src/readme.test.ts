import { readFile } from "node:fs/promises";
import { noStream } from "@leftfold/core";
import { expect, test } from "vitest";
import { memoryBackend } from "./memory-backend.ts";

test("the README's example does what it says", async () => {
  const lines: unknown[][] = [];
  const console = { log: (...line: unknown[]) => lines.push(line) };
  // #region readme
  await using backend = memoryBackend();
  const store = backend.tenant("acme");

  const payload = new TextEncoder().encode(JSON.stringify({ owner: "Ada" }));
  const opened = { eventType: "AccountOpened", contentType: "application/json", payload };
  await store.append({
    appends: [{ aggregateType: "Account", aggregateId: "a1", expected: noStream, events: [opened] }],
  });

  for await (const message of store.subscribe()) {
    if (message.kind === "caughtUp") break;
    if (message.kind === "event") console.log(message.event.eventType, message.event.globalNonce);
  }
  // #endregion readme
  expect(lines).toEqual([["AccountOpened", 1n]]);
});

test("the README shows the very example that is run here", async () => {
  const source = await readFile(new URL(import.meta.url), "utf8");
  const region = source.split(/ *\/\/ #(?:end)?region readme\n/)[1]!.replaceAll(/^ {2}/gm, "");
  expect(await readFile(new URL("../README.md", import.meta.url), "utf8")).toContain(region);
});
