import { readFile, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { type DataDir, ignoring } from "./data-dir.ts";

/** What PostgreSQL writes about its running server into `postmaster.pid` of its data directory. */
export interface PostmasterFile {
  readonly pid: number;
  /** Absent while the server is so young that it has not chosen it. */
  readonly port: number | undefined;
  /** Absent while the server is so young that it has written none. */
  readonly status: string | undefined;
}

/** Lines of the file, from 0 (src/include/utils/pidfile.h in PostgreSQL's source names them from 1). */
const LINE = { pid: 0, port: 3, status: 7 } as const;

/** Reads the file; undefined when there is none, or when it was cut off before the first line was complete. */
export async function readPostmasterFile(dataDir: DataDir): Promise<PostmasterFile | undefined> {
  const text = await readFile(pathOf(dataDir), "utf8").catch(ignoring("ENOENT"));
  return text === undefined ? undefined : parsePostmasterFile(text);
}

/** Takes the file's text apart; undefined when it names no process. */
export function parsePostmasterFile(text: string): PostmasterFile | undefined {
  // What follows the last line break may be half a line.
  const lines = text.split("\n").slice(0, -1);
  // A server in single-user mode writes its process number below zero.
  const pid = Math.abs(Number.parseInt(lines[LINE.pid] ?? "", 10));
  if (!Number.isInteger(pid) || pid === 0) return undefined;
  const port = Number.parseInt(lines[LINE.port] ?? "", 10);
  return { pid, port: port > 0 ? port : undefined, status: lines[LINE.status]?.trim() };
}

/**
 * Removes the file of a server that is known to be gone. PostgreSQL does so itself, except where the file is empty or
 * its process number now belongs to somebody else. It stays safe: a new server also looks for the shared memory of an
 * old one's backends, by the data directory, and refuses to start while they live.
 */
export async function removePostmasterFile(dataDir: DataDir): Promise<void> {
  await unlink(pathOf(dataDir)).catch(ignoring("ENOENT"));
}

/** Whether there is a file, even an unreadable one. */
export async function hasPostmasterFile(dataDir: DataDir): Promise<boolean> {
  return (await stat(pathOf(dataDir)).catch(ignoring("ENOENT"))) !== undefined;
}

function pathOf(dataDir: DataDir): string {
  return join(dataDir.database, "postmaster.pid");
}
