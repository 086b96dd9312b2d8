import { lineDiff } from "./diff/line-diff.ts";

/** Where scenarios are run: what a test's author looks for is the line of the test. */
const ownFolder = decodeURI(new URL(".", import.meta.url).pathname);

function isNotOwnFrame(line: string): boolean {
  return !(line.includes(ownFolder) && /^\s+at /.test(line));
}

/** What came out of a scenario is not what was expected. Any test runner shows it: the message has the difference. */
export class ScenarioFailure extends Error {
  readonly expected: unknown;
  readonly actual: unknown;
  /** Tells test runners that the message shows the difference already. */
  readonly showDiff = false;

  constructor(message: string, expected: unknown, actual: unknown) {
    super(message);
    this.name = "ScenarioFailure";
    this.stack = this.stack?.split("\n").filter(isNotOwnFrame).join("\n") ?? "";
    this.expected = expected;
    this.actual = actual;
  }
}

/** Something in a scenario, and the lines that show it. */
export interface Shown {
  readonly value: unknown;
  readonly lines: readonly string[];
}

/** What led to an outcome, in the words of a scenario. */
export interface Story {
  readonly given: readonly string[];
  readonly when: readonly string[];
}

/** @throws {@link ScenarioFailure} when the lines differ, with what led to it and the difference. */
export function assertAlike(what: string, story: Story, expected: Shown, actual: Shown): void {
  const diff = lineDiff(expected.lines, actual.lines);
  if (diff === undefined) return;
  const parts = [
    what,
    ...told("given", story.given),
    ...told("when", story.when),
    `then (- expected, + actual)\n${diff}`,
  ];
  throw new ScenarioFailure(parts.join("\n\n"), expected.value, actual.value);
}

/** Lines of a story that are told at most: the last ones are closest to what failed. */
const toldLinesMax = 12;

function told(word: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const left = lines.length - toldLinesMax;
  const last = left > 0 ? [`… ${left} lines before`, ...lines.slice(-toldLinesMax)] : lines;
  return [[word, ...last.map((line) => `  ${line}`)].join("\n")];
}
