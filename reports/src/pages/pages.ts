import type { BenchFigures } from "../figures/bench-figures.ts";
import type { Figures } from "../figures/kept-figures.ts";
import {
  contendersTable,
  extrasTable,
  settingsText,
  surroundingsText,
  targetsTable,
} from "./bench-blocks.ts";
import { fillBlocks } from "./fill-blocks.ts";
import { oracleTable } from "./oracle-block.ts";
import { bugsTable, faultsTable } from "./prove-blocks.ts";

/** The pages that have figures in them, beside the folder of the figures. */
export const pages = ["performance.md", "reliability.md"] as const;

/** A page with the figures of now. */
export function pageWith(page: string, figures: Figures): string {
  return fillBlocks(page, (name, args) => {
    switch (name) {
      case "machine":
        return surroundingsText([...figures.bench.values()]);
      case "targets":
        return targetsTable([...figures.bench.values()]);
      case "contenders":
        return contendersTable(benchOf(figures, args[0]));
      case "extras":
        return extrasTable(benchOf(figures, args[0]), args.slice(1));
      case "settings":
        return settingsText(benchOf(figures, args[0]));
      case "oracle":
        return oracleTable(figures.oracle);
      case "faults":
        return faultsTable(figures.faults);
      case "bugs":
        return bugsTable(figures.bugs);
      default:
        throw new Error(`There are no figures called "${name}".`);
    }
  });
}

function benchOf({ bench }: Figures, name = ""): BenchFigures {
  const found = bench.get(name);
  if (found === undefined) throw new Error(`The benchmark "${name}" has left no figures: run it first.`);
  return found;
}
