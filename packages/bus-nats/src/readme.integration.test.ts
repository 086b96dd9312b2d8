import { readFile } from "node:fs/promises";
import { memoryBackend, memoryReadModels } from "@leftfold/backend-memory";
import { any } from "@leftfold/core";
import { forwarder } from "@leftfold/event-sourcing";
import { anEvent } from "@leftfold/testing";
import { expect, test } from "vitest";
import { natsJetStreamSink } from "./index.ts";
import { findNatsServer, NatsServer } from "./test-kit/nats-server.ts";

const binary = findNatsServer();

test.skipIf(binary === undefined)("the README's example does what it says", async () => {
  await using server = await NatsServer.start(binary!);
  const servers = server.url;
  await using store = memoryBackend().tenant("shop");
  await using readModels = memoryReadModels();
  await store.append({
    appends: [{ aggregateType: "Order", aggregateId: "1", expected: any, events: [anEvent()] }],
  });
  const lines: unknown[][] = [];
  const console = { log: (...line: unknown[]) => lines.push(line) };
  // #region readme
  await using sink = natsJetStreamSink({
    servers,
    stream: "EVENTS",
    createStream: { subjects: ["leftfold.>"] },
  });
  await using forwarding = forwarder({ name: "to-nats", store, readModels, sink });

  await forwarding.waitFor(await store.head());
  console.log(forwarding.status().state, await forwarding.lag());
  // #endregion readme
  expect(lines).toEqual([[expect.stringMatching(/catching-up|live/), 0n]]);
});

test("the README shows the very example that is run here, but for the server's address", async () => {
  const source = await readFile(new URL(import.meta.url), "utf8");
  const region = source.split(/ *\/\/ #(?:end)?region readme\n/)[1]!.replaceAll(/^ {2}/gm, "");
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  expect(readme.replace('servers: "nats://127.0.0.1:4222"', "servers")).toContain(region);
});
