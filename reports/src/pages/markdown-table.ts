/** A table in Markdown. Its first columns, one when nothing is said, are aligned to the left, the others to the right. */
export function markdownTable(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  { leftAligned = 1 }: { readonly leftAligned?: number } = {},
): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(" | ")} |`;
  const rule = titles.map((_, at) => (at < leftAligned ? "---" : "---:"));
  return [line(titles), `| ${rule.join(" | ")} |`, ...rows.map(line)].join("\n");
}

function escaped(cell: string): string {
  return cell.replaceAll("|", "\\|").replaceAll("\n", " ");
}
