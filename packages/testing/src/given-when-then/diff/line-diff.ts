/** Lines around a difference that are shown although they are alike. */
const contextLines = 3;
/** Beyond so many pairs of lines that differ nothing is matched up: all of one side is shown, then all of the other. */
const comparisonsMax = 4_000_000;

/**
 * What has to change to make the actual lines of the expected ones, in the manner of a unified diff: `-` is only expected, `+` only
 * there. Undefined when they are equal.
 */
export function lineDiff(expected: readonly string[], actual: readonly string[]): string | undefined {
  let head = 0;
  while (head < expected.length && head < actual.length && expected[head] === actual[head]) head++;
  if (head === expected.length && head === actual.length) return undefined;
  let tail = 0;
  const shorter = Math.min(expected.length, actual.length) - head;
  while (tail < shorter && expected.at(-1 - tail) === actual.at(-1 - tail)) tail++;
  const middle = changes(
    expected.slice(head, expected.length - tail),
    actual.slice(head, actual.length - tail),
  );
  const alike = (line: string): string => `  ${line}`;
  return shortened([
    ...expected.slice(0, head).map(alike),
    ...middle,
    ...expected.slice(expected.length - tail).map(alike),
  ]).join("\n");
}

/** Keeps the longest common subsequence, found by the usual table of lengths. */
function changes(expected: readonly string[], actual: readonly string[]): string[] {
  if (expected.length * actual.length > comparisonsMax) {
    return [...expected.map((line) => `- ${line}`), ...actual.map((line) => `+ ${line}`)];
  }
  const width = actual.length + 1;
  const lengths = new Uint32Array((expected.length + 1) * width);
  for (let i = expected.length - 1; i >= 0; i--) {
    for (let j = actual.length - 1; j >= 0; j--) {
      const [down, right] = [lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!];
      const isSame = expected[i] === actual[j];
      lengths[i * width + j] = isSame ? lengths[(i + 1) * width + j + 1]! + 1 : Math.max(down, right);
    }
  }
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < expected.length || j < actual.length) {
    if (i < expected.length && j < actual.length && expected[i] === actual[j]) {
      lines.push(`  ${expected[i++]}`);
      j++;
    } else if (
      j === actual.length ||
      (i < expected.length && lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!)
    ) {
      lines.push(`- ${expected[i++]}`);
    } else lines.push(`+ ${actual[j++]}`);
  }
  return lines;
}

/** Leaves out what is far from every difference. */
function shortened(lines: readonly string[]): string[] {
  const isDifferent = lines.map((line) => !line.startsWith("  "));
  const isNear = lines.map((_, i) =>
    isDifferent.slice(Math.max(0, i - contextLines), i + contextLines + 1).includes(true),
  );
  const shown: string[] = [];
  for (let i = 0; i < lines.length; ) {
    if (isNear[i]) shown.push(lines[i++]!);
    else {
      const start = i;
      while (i < lines.length && !isNear[i]) i++;
      const count = i - start;
      shown.push(count === 1 ? lines[start]! : `  … ${count} lines alike`);
    }
  }
  return shown;
}
