const shownMax = 10;

/** A storm found that the store broke its contract. Run it again with the seed. */
export class StormViolation extends Error {
  readonly seed: number;
  /** What was broken, one sentence each. */
  readonly findings: readonly string[];

  constructor(seed: number, findings: readonly string[], options?: ErrorOptions) {
    const shown = findings.slice(0, shownMax).map((finding) => `\n- ${finding}`);
    const more = findings.length > shownMax ? `\n- … and ${findings.length - shownMax} more` : "";
    super(`The store broke its contract in the storm with seed ${seed}:${shown.join("")}${more}`, options);
    this.name = "StormViolation";
    this.seed = seed;
    this.findings = findings;
  }
}
