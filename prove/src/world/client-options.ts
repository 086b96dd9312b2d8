import type { ConnectOptions } from "@leftfold/client";
import type { Shape } from "../shape.ts";

const keepalive = { pingIntervalMs: 1_000, pingTimeoutMs: 1_000, connectTimeoutMs: 1_000 };
const delays = { baseDelayMs: 5, delayMaxMs: 100 };

/** How a client calls the server at a port, by who repeats what failed. */
export function clientOptions(port: number, repeats: Shape["repeats"]): ConnectOptions {
  const baseUrl = `http://127.0.0.1:${port}`;
  switch (repeats) {
    case "client":
      return {
        baseUrl,
        keepalive,
        retry: { ...delays, attemptsMax: 100_000, retryTimeoutMs: 60_000, attemptTimeoutMs: 3_000 },
      };
    case "application":
      return {
        baseUrl,
        keepalive,
        retry: {
          ...delays,
          attemptsMax: 2,
          retryTimeoutMs: 300,
          resumeTimeoutMs: 300,
          attemptTimeoutMs: 400,
        },
      };
  }
}
