/** How what a run found is worded, and what that says was checked. The first that fits counts. */
const checks: readonly (readonly [RegExp, string])[] = [
  [/but is not there|was acknowledged at .* but is at/, "what was acknowledged is there"],
  [/was rejected, but is recorded/, "what was rejected is not there"],
  [
    /of the append .* are recorded|although its append began|in the middle of the append/,
    "appends are whole",
  ],
  [/ is at \d+ and at \d+|is there twice|nobody proposed/, "every event is there once"],
  [/although it expected|was told that/, "expectations held at the commit"],
  [/matches its condition/, "conditions held at the commit"],
  [/under one key differ|once more under its key/, "a key gives one result"],
  [/rejected for|A conflict named/, "rejections are true"],
  [/folds? to/, "the read model is the fold of the log"],
  [/took effect/, "commands take effect once"],
  [/The (read model|process) did not get|Nobody got any further/, "nobody waits for ever"],
  [/A runner complained/, "runners do not fail"],
  [
    /[Ss]ubscriber|^The event at|^A (checkpoint|caughtUp) at|came right after/,
    "subscribers see the log, in order",
  ],
  [/A reader (of .* )?saw|A page has|saw .* where/, "readers see a prefix, in order"],
  [/where \d+ belongs|has global nonce/, "logs and streams are dense"],
  [/The log has a hole|events were lost/, "the store's own look for holes"],
  [/The store sent/, "the client's own look for holes"],
  [/The store failed|broken promise|internal/i, "no errors but the contract's"],
];

/** The name of the check that a finding comes from. */
export function checkOf(finding: string): string {
  return checks.find(([pattern]) => pattern.test(finding))?.[1] ?? "the run ends well";
}

/** The names of the checks that findings come from, without repetitions. */
export function checksOf(findings: readonly string[]): readonly string[] {
  return [...new Set(findings.map(checkOf))];
}
