import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { tour } from "./tour.ts";
import { openWorld } from "./world.ts";

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

test.each([
  ["in memory", undefined],
  ["in PostgreSQL", process.env["DATABASE_URL"]],
])("the README shows what is on the screen, with read models %s", async (_, databaseUrl) => {
  const schema = `example_005_${randomUUID().replaceAll("-", "")}`;
  await using world = await openWorld({ tenantId: "tour", databaseUrl, serverUrl: undefined, schema });
  const lines: string[] = [];

  await tour(world, (line) => lines.push(stripVTControlCharacters(line)));

  expect(steady(lines)).toEqual(steady(blocks("text").join("").split("\n")));
  const bars = lines.filter(isBar);
  expect(bars.filter((line) => line.includes(", 0 behind  live"))).toHaveLength(3);
  expect(bars.some((line) => line.includes("catching-up  readers use version 1"))).toBe(true);
});

/** Where a projection is when somebody looks is not the same in any two runs. */
function steady(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => line !== "" && !isBar(line));
}

function isBar(line: string): boolean {
  return /^ +[█░]/.test(line);
}

function blocks(language: string): readonly string[] {
  return readme
    .split(`\`\`\`${language}\n`)
    .slice(1)
    .map((rest) => rest.split("```")[0]!);
}
