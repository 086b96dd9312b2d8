#!/usr/bin/env node
import { run, type StopSignal } from "./run.ts";

const stopSignals: readonly StopSignal[] = ["SIGINT", "SIGTERM"];

process.exitCode = await run({
  argv: process.argv.slice(2),
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  onStopSignal(listener) {
    for (const signal of stopSignals) process.on(signal, listener);
    return () => {
      for (const signal of stopSignals) process.off(signal, listener);
    };
  },
  exitNow: (code) => process.exit(code),
});
