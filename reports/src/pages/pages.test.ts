import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { performanceCharts } from "../charts/performance-charts.ts";
import { readFigures } from "../figures/kept-figures.ts";
import { pages, pageWith } from "./pages.ts";

const docs = join(import.meta.dirname, "../../../docs");
const kept = join(docs, "figures");
const figures = await readFigures(kept);

describe.each(pages)("%s", (name) => {
  const path = join(docs, name);

  test("is what its figures make of it", async () => {
    const page = await readFile(path, "utf8");
    expect(pageWith(page, figures)).toBe(page);
  });

  test("links to tests that there are, by their titles", async () => {
    const page = await readFile(path, "utf8");
    for (const [, title, link] of page.matchAll(/\["([^"]+)"\]\(([^)]+)\)/g))
      expect(await readFile(join(dirname(path), link!), "utf8"), title).toContain(title);
  });

  test("links to files that there are", async () => {
    const page = await readFile(path, "utf8");
    for (const [, link] of page.matchAll(/\]\((?!https?:)([^)#]+)/g)) await readFile(join(docs, link!));
  });
});

test("charts are what the figures make of them", async () => {
  const charts = performanceCharts(figures.bench);
  expect([...charts.keys()]).toContain("appends-64.svg");
  for (const [file, chart] of charts) expect(await readFile(join(kept, file), "utf8"), file).toBe(chart);
});
