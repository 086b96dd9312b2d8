import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { collect, SeededRandom } from "@leftfold/testing";
import { expect, it } from "vitest";
import { databaseUrl, Workbench } from "./testing/workbench.ts";

const script: string = new URL("./testing/appending-process.ts", import.meta.url).pathname;

it("has everything that was acknowledged, whole and dense, when its process is killed in the middle", async () => {
  await using workbench = await Workbench.migrated();
  const random = new SeededRandom();
  const acknowledged = new Map<string, bigint>();
  for (let round = 0; round < 4; round++) {
    const lines = random.below(200) + 1;
    const child = spawn(process.execPath, [script, databaseUrl, workbench.schemaName, String(round)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let count = 0;
    for await (const line of createInterface(child.stdout)) {
      const [aggregateId, nonce] = line.split(" ");
      acknowledged.set(aggregateId!, BigInt(nonce!));
      if (++count === lines) child.kill("SIGKILL");
    }
    if (child.signalCode === null && child.exitCode === null) await once(child, "exit");
    expect(child.signalCode).toBe("SIGKILL");
  }
  const store = (await workbench.backend()).tenant("t");
  const log = await collect(store.readAll());
  expect(log.map(({ globalNonce }) => Number(globalNonce))).toEqual(log.map((_, i) => i + 1));
  for (let i = 0; i < log.length; i += 2) {
    const [left, right] = [log[i]!, log[i + 1]!];
    expect([left.aggregateType, right.aggregateType]).toEqual(["left", "right"]);
    expect(right.aggregateId).toBe(left.aggregateId);
    const said = acknowledged.get(left.aggregateId);
    if (said !== undefined) expect(said, `seed ${random.seed}`).toBe(left.globalNonce);
    acknowledged.delete(left.aggregateId);
  }
  expect([...acknowledged], `seed ${random.seed}`).toEqual([]);
});
