import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SeededRandom } from "@leftfold/testing";
import { expect, it } from "vitest";
import { freePort } from "./port.ts";
import { PostgresNode } from "./postgres-node.ts";

it("tells what it logged last and which processes of it there are, while it runs and when it was killed", async () => {
  await using cleaning = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), "leftfold-node-"));
  cleaning.defer(() => rm(dataDir, { recursive: true, force: true, maxRetries: 20 }));
  const node = cleaning.use(new PostgresNode(dataDir, await freePort(new SeededRandom())));
  await node.start(AbortSignal.timeout(60_000));
  const running = await node.state();
  expect(running).toContain("ready to accept connections");
  expect(running).toMatch(/^ *\d+ .*checkpointer/m);
  await node.killAll();
  const killed = await node.state();
  expect(killed).toContain("ready to accept connections");
  expect(killed).toMatch(/none runs$/);
});
