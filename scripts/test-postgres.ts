import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres } from "@leftfold/embedded-postgres";

/**
 * Gives the tests a real PostgreSQL: the one that `DATABASE_URL` names, or an embedded one that is started for the run.
 * Tests find it in `DATABASE_URL`, and keep apart by using a schema of their own each.
 */
export async function setup(): Promise<() => Promise<void>> {
  if (process.env["DATABASE_URL"]) return async () => {};
  const dataDir = await mkdtemp(join(tmpdir(), "leftfold-test-"));
  const postgres = await startEmbeddedPostgres({ dataDir });
  process.env["DATABASE_URL"] = postgres.url;
  return async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
