import { readdir, readFile } from "node:fs/promises";
import { stripVTControlCharacters } from "node:util";
import { memoryBackend } from "@leftfold/backend-memory";
import { connect } from "@leftfold/client";
import { startServer } from "@leftfold/server";
import { expect, test } from "vitest";
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
  await using clients = new AsyncDisposableStack();
  const lines: string[] = [];

  await tour({
    openClient: () => clients.use(connect({ baseUrl: server.url })).tenant("tour"),
    day: "2026-11-21",
    say: (line) => lines.push(stripVTControlCharacters(line)),
  });

  // Up to where clients meet, the screen is the same in every run; from there on, its titles and the money are.
  const [alone, together] = blocks("text").map((block) => block.trimEnd().split("\n"));
  expect(lines.slice(1, 1 + alone!.length)).toEqual(alone);
  expect(lines.slice(1 + alone!.length).filter(isSteady)).toEqual(together!.filter(isSteady));
});

function isSteady(line: string): boolean {
  return /^\d\. |^ {3}together/.test(line);
}

function blocks(language: string): readonly string[] {
  return readme
    .split(`\`\`\`${language}\n`)
    .slice(1)
    .map((rest) => rest.split("```")[0]!);
}
