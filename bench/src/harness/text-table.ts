/** A column of a table on the terminal. */
export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
}

/** Lines of text in which every cell of a column has the width of its widest; missing cells are empty. */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }, at) =>
    Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, at) => {
        const cell = cells[at] ?? "";
        return align === "left" ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0);
      })
      .join("  ")
      .trimEnd();
  const titles = columns.map(({ title }) => title);
  const rule = widths.map((width) => "─".repeat(width));
  return [line(titles), line(rule), ...rows.map(line)].join("\n");
}
