import { storm } from "@leftfold/testing";
import { expect, test } from "vitest";
import { memoryBackend } from "./memory-backend.ts";

test("64 writers on 500 aggregates lose nothing, and every reader sees the same dense log", async () => {
  await using backend = memoryBackend({ heartbeatMs: 100 });
  const report = await storm({ backends: [backend], events: 5_000, subscribers: 4 });
  expect(report).toMatchObject({ head: 5_000n, events: 5_000, retries: 0 });
});
