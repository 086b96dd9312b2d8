import { readFile } from "node:fs/promises";
import { memoryBackend } from "@leftfold/backend-memory";
import { noStream } from "@leftfold/core";
import { expect, test } from "vitest";
import { connect } from "./index.ts";
import { startTestServer } from "./test-kit/test-server.ts";

test("the README's example does what it says", async () => {
  await using server = await startTestServer({ backend: memoryBackend() });
  const baseUrl = server.url;
  const lines: unknown[][] = [];
  const console = { log: (...line: unknown[]) => lines.push(line) };
  // #region readme
  await using client = connect({ baseUrl });
  const store = client.tenant("shop");

  const payload = new TextEncoder().encode(JSON.stringify({ item: "lamp" }));
  const placed = { eventType: "OrderPlaced", contentType: "application/json", payload };
  await store.append({
    appends: [{ aggregateType: "Order", aggregateId: "1001", expected: noStream, events: [placed] }],
  });

  for await (const message of store.subscribe()) {
    if (message.kind === "caughtUp") break;
    if (message.kind === "event") console.log(message.event.eventType, message.event.globalNonce);
  }
  // #endregion readme
  expect(lines).toEqual([["OrderPlaced", 1n]]);
});

test("the README shows the very example that is run here, but for the server's address", async () => {
  const source = await readFile(new URL(import.meta.url), "utf8");
  const region = source.split(/ *\/\/ #(?:end)?region readme\n/)[1]!.replaceAll(/^ {2}/gm, "");
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  expect(readme.replace('baseUrl: "http://127.0.0.1:50051"', "baseUrl")).toContain(region);
});
