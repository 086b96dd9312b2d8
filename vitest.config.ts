import { availableParallelism } from "node:os";
import { defineConfig, type ViteUserConfig } from "vitest/config";
import { ClosingLineReporter } from "./scripts/closing-line-reporter.ts";

const config: ViteUserConfig = defineConfig({
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "conformance/src/**/*.test.ts",
      "examples/*/src/**/*.test.ts",
      "bench/src/**/*.test.ts",
      "reports/src/**/*.test.ts",
      "prove/src/**/*.test.ts",
      "scripts/**/*.test.ts",
    ],
    // The store's tests talk to real sockets and a real PostgreSQL on machines that may be slow and shared.
    testTimeout: 60_000,
    // One more than by default: they wait for other processes most of the time.
    maxWorkers: availableParallelism(),
    hookTimeout: 120_000,
    globalSetup: ["scripts/test-postgres.ts"],
    // Progress and failures; every single test is named when one is asked for by name.
    reporters: ["default", new ClosingLineReporter()],
    coverage: {
      provider: "v8",
      include: ["packages/*/src/**/*.ts"],
      exclude: ["**/gen/**", "**/*.test.ts", "**/*.test-d.ts", "**/index.ts"],
      thresholds: { lines: 90, branches: 90 },
      reporter: ["text-summary", "html", "json-summary"],
    },
  },
});

export default config;
