import { readFile } from "node:fs/promises";
import { memoryBackend, memoryReadModels } from "@leftfold/backend-memory";
import { forwarder, inProcessBus } from "@leftfold/event-sourcing";
import { expect, test } from "vitest";
import { appendSome } from "./numbered-log.ts";

test("the README's example of the bus does what it says", async () => {
  await using store = memoryBackend().tenant("shop");
  await using readModels = memoryReadModels();
  await appendSome(store, 2);
  const lines: unknown[][] = [];
  const console = { log: (...line: unknown[]) => lines.push(line) };
  {
    // #region readme
    await using bus = inProcessBus();
    bus.subscribe({ subjects: ["Order/*"] }, (event) => console.log(event.type, event.subject));

    await using forwarding = forwarder({ name: "to-bus", store, readModels, sink: bus });
    await forwarding.waitFor(await store.head());
    // #endregion readme
  }
  expect(lines).toEqual([
    ["Even", "Order/o0"],
    ["Odd", "Order/o1"],
  ]);
});

test("the README shows the very example that is run here", async () => {
  const source = await readFile(new URL(import.meta.url), "utf8");
  const region = source.split(/ *\/\/ #(?:end)?region readme\n/)[1]!.replaceAll(/^ {4}/gm, "");
  const readme = new URL("../../../packages/event-sourcing/README.md", import.meta.url);
  expect(await readFile(readme, "utf8")).toContain(region);
});
