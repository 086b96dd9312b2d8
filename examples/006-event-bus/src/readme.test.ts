import { readdir, readFile } from "node:fs/promises";
import { stripVTControlCharacters } from "node:util";
import { memoryBackend, memoryReadModels } from "@leftfold/backend-memory";
import { connect } from "@leftfold/client";
import { startServer } from "@leftfold/server";
import { expect, test } from "vitest";
import { inProcessBroker } from "./in-process-broker.ts";
import { tour } from "./tour.ts";

const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");

test("the README shows code that is compiled and run here, and no other", async () => {
  const files = (await readdir(new URL(".", import.meta.url))).filter((file) => file.endsWith(".ts"));
  const sources = await Promise.all(files.map((file) => readFile(new URL(file, import.meta.url), "utf8")));
  const regions = sources.flatMap((source) =>
    [...source.matchAll(/^\/\/ #region (\w+)\n(.*?)^\/\/ #endregion \1$/gms)].map(([, , code]) => code),
  );
  expect(blocks("ts").length).toBeGreaterThan(0);
  for (const block of blocks("ts")) expect(regions).toContain(block);
});

test("the README shows what is on the screen", async () => {
  await using backend = memoryBackend();
  await using server = await startServer({ backend, bindAddr: "127.0.0.1:0" });
  await using client = connect({ baseUrl: server.url });
  await using readModels = memoryReadModels();
  await using broker = inProcessBroker();
  const lines: string[] = [];
  const say = (line: string) => void lines.push(stripVTControlCharacters(line));

  await tour({ store: client.tenant("tour"), readModels, broker, say });

  expect(blocks("text")).toEqual([`${lines.join("\n").trim()}\n`]);
});

function blocks(language: string): readonly string[] {
  return readme
    .split(`\`\`\`${language}\n`)
    .slice(1)
    .map((rest) => rest.split("```")[0]!);
}
