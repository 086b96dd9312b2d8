const grouping = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** A number as one reads it: three digits that count, thousands apart; a small whole number as it is. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size >= 100) return grouping.format(size >= 10_000 ? Number(value.toPrecision(3)) : value);
  if (Number.isInteger(value)) return String(value);
  return size >= 10 ? value.toFixed(1) : value.toFixed(2);
}

const marks = new Intl.NumberFormat("en", { maximumSignificantDigits: 6 });

/** A mark on an axis: no more digits than it has. */
export function markText(value: number): string {
  return marks.format(value);
}

/** A median with its range. */
export function spreadText({ median, min, max }: { median: number; min: number; max: number }): string {
  return `${numberText(median)} (${numberText(min)}–${numberText(max)})`;
}
