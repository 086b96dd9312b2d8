import type { FaultFigures, SeededBugFigures } from "../figures/prove-figures.ts";
import { markdownTable } from "./markdown-table.ts";
import { numberText } from "./number-text.ts";

const counts = [
  "runs",
  "appends",
  "rejected",
  "retried",
  "replayed",
  "ambiguous",
  "resumed",
  "handovers",
  "violations",
] as const;

/** A line for each kind of fault, one for all, and what broke. */
export function faultsTable({ startedAt, seed, faults, total, violations }: FaultFigures): string {
  const cells = (tally: FaultFigures["total"]): string[] => counts.map((name) => numberText(tally[name]));
  const rows = [...faults]
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, summary, ...tally }) => [`\`${name}\``, summary, ...cells(tally)]);
  const table = markdownTable(
    ["fault", "what is done", ...counts],
    [...rows, ["**all runs**", "one to three of these at a time", ...cells(total)]],
    { leftAligned: 2 },
  );
  const broken = violations.map(
    (violation) =>
      `- seed ${violation.seed}: ${[...new Set(violation.findings)].join(" ")} Again: \`${violation.replay}\``,
  );
  const first = `${numberText(total.runs)} runs with distinct seeds from ${seed} on, ${startedAt.slice(0, 10)}.`;
  const outcome =
    broken.length === 0 ? "Nothing was broken." : `${broken.length} found something, listed below.`;
  const all = `${first} ${outcome} A run with several faults counts in the line of each.\n\n${table}`;
  return broken.length === 0 ? all : `${all}\n\n${broken.join("\n")}`;
}

/** A line for each seeded bug. */
export function bugsTable({ bugs, controls }: SeededBugFigures): string {
  const rows = bugs.map(({ bug, mistake, isCaught, huntedBy, runs, seed, checks }) => [
    `\`${bug}\``,
    mistake,
    isCaught ? checks.join("; ") : "**not caught**",
    `\`${huntedBy}\``,
    String(runs),
    seed === undefined ? "" : String(seed),
  ]);
  const table = markdownTable(["bug", "the mistake", "caught by", "in runs of", "after runs", "seed"], rows, {
    leftAligned: 4,
  });
  const clean = controls.map(({ huntedBy, runs, isCaught }) =>
    isCaught ? `\`${huntedBy}\` found something without a bug` : `${runs} of \`${huntedBy}\` found nothing`,
  );
  return `${table}\n\nWithout any bug, ${clean.join(", ")}.`;
}
