import { UnavailableError } from "@leftfold/core";
import { EmbeddedPostgresError } from "@leftfold/embedded-postgres";
import { describe, expect, test } from "vitest";
import { readConfig } from "./config.ts";
import { startFailure, stopFailure } from "./start-failure.ts";

const config = readConfig(["--bind-addr=1.2.3.4:80", "--database-url=postgres://u:secret@h:1/n"], {});

describe("a failed start", () => {
  test.each([
    [systemError("EADDRINUSE"), "Something else listens on 1.2.3.4, port 80."],
    [systemError("EACCES"), "This user may not listen on 1.2.3.4, port 80."],
    [systemError("EADDRNOTAVAIL"), "This machine has no address 1.2.3.4"],
    [systemError("ENOTFOUND"), "This machine has no address 1.2.3.4"],
    [
      new EmbeddedPostgresError("busy", "Too many cooks."),
      "The embedded PostgreSQL did not start. Too many cooks.",
    ],
    [
      new UnavailableError("No answer."),
      "The store on PostgreSQL at h:1, database n, as u did not open. No answer.",
    ],
    [new Error("Something else."), "It could not start. Something else."],
    ["a thing", "It could not start. a thing"],
  ])("is told in words: %s", (error, text) => {
    if (config.kind !== "serve") throw new Error("not to serve");
    expect(startFailure(error, config)).toContain(text);
    expect(startFailure(error, config)).not.toContain("secret");
  });

  test("is told from a failed end", () => {
    expect(stopFailure(new Error("Still busy."))).toBe("It did not stop cleanly. Still busy.");
    expect(stopFailure("a thing")).toBe("It did not stop cleanly. a thing");
  });
});

function systemError(code: string): Error {
  return Object.assign(new Error(`listen ${code}`), { code });
}
