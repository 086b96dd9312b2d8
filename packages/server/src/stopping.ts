import { UnavailableError } from "@leftfold/core";

/** What a call gets from a server that no longer takes any. */
export function shuttingDown(): UnavailableError {
  return new UnavailableError(
    "The server is shutting down. Go on with another one, or with this one when it is back.",
  );
}
