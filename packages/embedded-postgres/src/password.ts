import { randomBytes } from "node:crypto";
import { open, readFile, rename } from "node:fs/promises";
import { type DataDir, ignoring } from "./data-dir.ts";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";

/** Generates the password of a database that is about to be made; keeps the one that an interrupted start made. */
export async function createPassword(dataDir: DataDir): Promise<void> {
  const existing = await readFile(dataDir.password, "utf8").catch(ignoring("ENOENT"));
  if (existing !== undefined) return;
  const unfinished = `${dataDir.password}.new`;
  const file = await open(unfinished, "w", 0o600);
  try {
    await file.writeFile(randomBytes(24).toString("base64url"));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, dataDir.password);
}

/**
 * Reads the password of an existing database.
 *
 * @throws {@link EmbeddedPostgresError} with `data-dir-unusable` when its file is gone.
 */
export async function readPassword(dataDir: DataDir): Promise<string> {
  const password = await readFile(dataDir.password, "utf8").catch(ignoring("ENOENT"));
  if (password !== undefined) return password.trim();
  throw new EmbeddedPostgresError(
    "data-dir-unusable",
    `The file ${dataDir.password} is gone, and with it the way into the database beside it. Restore the file from a ` +
      "backup of the data directory, or choose another data directory to begin anew.",
  );
}
