import { pino } from "pino";
import { type Config, ConfigError, type Environment, readConfig } from "./config.ts";
import { helpText } from "./help-text.ts";
import { openBackend } from "./open-backend.ts";
import { startFailure, stopFailure } from "./start-failure.ts";
import { startServer } from "./start-server.ts";
import { startUpText } from "./start-up-text.ts";
import { version } from "./version.ts";

/** What the binary has to do with the process that it runs in. */
export interface Surroundings {
  /** The command line, without the program's own name. */
  readonly argv: readonly string[];
  readonly env: Environment;
  /** For people: help, and what runs where. */
  readonly stdout: { write(text: string): void };
  /** For the operator: what went wrong, and the log, one JSON object a line. */
  readonly stderr: { write(text: string): void };
  /**
   * Calls the listener for every wish to end, as `SIGINT` and `SIGTERM` are, until the returned function is
   * called.
   */
  onStopSignal(listener: (signal: StopSignal) => void): () => void;
  /** Ends the process at once. */
  exitNow(code: number): void;
}

export type StopSignal = "SIGINT" | "SIGTERM";

const signalExitCodes: Readonly<Record<StopSignal, number>> = { SIGINT: 130, SIGTERM: 143 };

/**
 * The `leftfold-server` binary. Serves until it is told to stop, then finishes what it has in hand; told a
 * second time, it ends at once.
 *
 * @returns the exit code: 0; 1 when it cannot start, or not stop as it should; 2 for settings that are wrong.
 */
export async function run(surroundings: Surroundings): Promise<number> {
  const { argv, env, stdout, stderr } = surroundings;
  let config: Config;
  try {
    config = readConfig(argv, env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    stderr.write(`leftfold-server: ${error.message}\n`);
    return 2;
  }
  switch (config.kind) {
    case "help":
      stdout.write(helpText);
      return 0;
    case "version":
      stdout.write(`${version}\n`);
      return 0;
    case "serve":
      return serve(config, surroundings);
  }
}

async function serve(config: Config & { kind: "serve" }, surroundings: Surroundings): Promise<number> {
  const { stdout, stderr, exitNow } = surroundings;
  const log = pino({ level: "info", base: null }, stderr);
  const stop = new AbortController();
  const offStopSignal = surroundings.onStopSignal((signal) => {
    if (stop.signal.aborted) exitNow(signalExitCodes[signal]);
    log.info({ signal }, "stopping; a second signal stops at once");
    stop.abort();
  });
  try {
    const opened = await openBackend(config.backend, { log, signal: stop.signal });
    try {
      const server = await startServer({ backend: opened.backend, bindAddr: config.bindAddr, log });
      stdout.write(startUpText(server.url, config.bindAddr, opened));
      if (!stop.signal.aborted)
        await new Promise((resolve) => stop.signal.addEventListener("abort", resolve));
      await server.close();
    } finally {
      await opened[Symbol.asyncDispose]();
    }
    log.info({}, "stopped");
    return 0;
  } catch (error) {
    // Told to stop while it was starting, it did.
    if (stop.signal.aborted && error === stop.signal.reason) return 0;
    const failure = stop.signal.aborted ? stopFailure(error) : startFailure(error, config);
    stderr.write(`leftfold-server: ${failure}\n`);
    return 1;
  } finally {
    offStopSignal();
  }
}
