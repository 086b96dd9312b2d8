// Makes docs/performance.md and docs/reliability.md anew, of the newest results of `pnpm bench` and `pnpm prove`.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { performanceCharts } from "./charts/performance-charts.ts";
import { readFigures, takeOver } from "./figures/kept-figures.ts";
import { pages, pageWith } from "./pages/pages.ts";

const root = join(import.meta.dirname, "../..");
const docs = join(root, "docs");
const kept = join(docs, "figures");

const taken = await takeOver(root, kept);
console.log(taken.length === 0 ? "No new results; the pages are made of those kept." : `New: ${taken.join(", ")}.`);
const figures = await readFigures(kept);
for (const page of pages) {
  const path = join(docs, page);
  await writeFile(path, pageWith(await readFile(path, "utf8"), figures));
}
for (const [file, chart] of performanceCharts(figures.bench)) await writeFile(join(kept, file), chart);
