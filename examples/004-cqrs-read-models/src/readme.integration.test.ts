import { readdir, readFile } from "node:fs/promises";
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { openedBank } from "./opened-bank.ts";
import { tour } from "./tour.ts";

const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");

test("the README shows code that is compiled and run here, and no other", async () => {
  const files = (await readdir(new URL(".", import.meta.url))).filter((file) => file.endsWith(".ts"));
  const sources = await Promise.all(files.map((file) => readFile(new URL(file, import.meta.url), "utf8")));
  const regions = sources.flatMap((source) =>
    [...source.matchAll(/^( *)\/\/ #region (\w+)\n(.*?)^ *\/\/ #endregion \2$/gms)].map(
      ([, indent, , code]) => code?.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
    ),
  );
  expect(blocks("ts").length).toBeGreaterThan(0);
  for (const block of blocks("ts")) expect(regions).toContain(block);
});

test("the README shows what is on the screen", async () => {
  await using bank = await openedBank();
  const lines: string[] = [];

  await tour(bank.url, (line) => lines.push(line));

  const screen = stripVTControlCharacters(`${lines.join("\n").trim()}\n`);
  expect(blocks("text")).toEqual([screen]);
});

function blocks(language: string): readonly string[] {
  return readme
    .split(`\`\`\`${language}\n`)
    .slice(1)
    .map((rest) => rest.split("```")[0]!);
}
