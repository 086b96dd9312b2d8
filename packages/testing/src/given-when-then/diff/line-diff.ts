/** Lines around a difference that are shown although they are alike. */
const contextLines = 3;
/** Beyond so many pairs of lines that differ nothing is matched up: all of one side is shown, then all of the other. */
const comparisonsMax = 4_000_000;

/** A line of a diff: alike on both sides, only expected, or only there. */
interface Line {
  readonly mark: " " | "-" | "+";
  readonly text: string;
}

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
  const lines = [
    ...marked(" ", expected.slice(0, head)),
    ...changes(expected.slice(head, expected.length - tail), actual.slice(head, actual.length - tail)),
    ...marked(" ", expected.slice(expected.length - tail)),
  ];
  slideDown(lines);
  return shortened(lines).join("\n");
}

function marked(mark: Line["mark"], texts: readonly string[]): Line[] {
  return texts.map((text) => ({ mark, text }));
}

/** Keeps the longest common subsequence, found by the usual table of lengths. */
function changes(expected: readonly string[], actual: readonly string[]): Line[] {
  if (expected.length * actual.length > comparisonsMax)
    return [...marked("-", expected), ...marked("+", actual)];
  const width = actual.length + 1;
  const lengths = new Uint32Array((expected.length + 1) * width);
  const longest = (i: number, j: number): number => lengths[i * width + j]!;
  for (let i = expected.length - 1; i >= 0; i--) {
    for (let j = actual.length - 1; j >= 0; j--) {
      const isSame = expected[i] === actual[j];
      lengths[i * width + j] = isSame
        ? longest(i + 1, j + 1) + 1
        : Math.max(longest(i + 1, j), longest(i, j + 1));
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < expected.length && j < actual.length) {
    if (expected[i] === actual[j]) {
      lines.push({ mark: " ", text: expected[i++]! });
      j++;
    } else if (longest(i + 1, j) >= longest(i, j + 1)) lines.push({ mark: "-", text: expected[i++]! });
    else lines.push({ mark: "+", text: actual[j++]! });
  }
  return [...lines, ...marked("-", expected.slice(i)), ...marked("+", actual.slice(j))];
}

/**
 * Lets a difference begin where a reader would: when the line behind it is the one that it begins with, it can as well begin one
 * line later, so that what belongs together stays together.
 */
function slideDown(lines: Line[]): void {
  for (let start = 0; start < lines.length; start++) {
    const { mark, text } = lines[start]!;
    if (mark === " ") continue;
    let end = start;
    while (lines[end]?.mark === mark) end++;
    if (lines[end]?.mark === " " && lines[end]?.text === text) {
      lines[start] = { mark: " ", text };
      lines[end] = { mark, text };
    } else start = end - 1;
  }
}

/** Leaves out what is far from every difference. */
function shortened(lines: readonly Line[]): string[] {
  const isDifferent = lines.map(({ mark }) => mark !== " ");
  const isNear = lines.map((_, i) =>
    isDifferent.slice(Math.max(0, i - contextLines), i + contextLines + 1).includes(true),
  );
  const shown: string[] = [];
  for (let i = 0; i < lines.length; ) {
    if (isNear[i]) shown.push(inWords(lines[i++]!));
    else {
      const start = i;
      while (i < lines.length && !isNear[i]) i++;
      const count = i - start;
      shown.push(count === 1 ? inWords(lines[start]!) : `  … ${count} lines alike`);
    }
  }
  return shown;
}

function inWords({ mark, text }: Line): string {
  return `${mark} ${text}`;
}
