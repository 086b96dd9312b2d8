import type { Reporter, TestModule } from "vitest/node";

/** Ends a test run with one plain line, `N passed, N failed`, that people and machines can both read. */
export class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    let passed = 0;
    let skipped = 0;
    // An error outside of any test fails the run, so it must not hide behind a line that says "0 failed".
    let failed = unhandledErrors.length;
    for (const module of modules) {
      if (module.state() === "failed" && module.children.allTests().next().done) failed++;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") passed++;
        else if (state === "skipped") skipped++;
        else failed++;
      }
    }
    const line = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
    // At the very end: behind the coverage report, which comes late, and not at all when a test has failed.
    process.once("exit", () => process.stdout.write(`\n${line}\n`));
  }
}
