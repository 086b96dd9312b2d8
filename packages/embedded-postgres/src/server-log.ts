import { open, rename, stat } from "node:fs/promises";
import { type DataDir, ignoring } from "./data-dir.ts";

const LOG_BYTES_MAX = 10 * 1024 * 1024;
const TAIL_BYTES_MAX = 4096;

/** Puts a long log aside, over the one that was put aside before, and tells where the next entry will be. */
export async function beginLog(dataDir: DataDir): Promise<number> {
  const size = (await stat(dataDir.log).catch(ignoring("ENOENT")))?.size ?? 0;
  if (size <= LOG_BYTES_MAX) return size;
  await rename(dataDir.log, dataDir.previousLog);
  return 0;
}

/** The last 4 KiB of the log, but nothing before `fromByte`; empty when there is no log. */
export async function readLogTail(dataDir: DataDir, fromByte = 0): Promise<string> {
  const file = await open(dataDir.log, "r").catch(ignoring("ENOENT"));
  if (file === undefined) return "";
  try {
    const { size } = await file.stat();
    const start = Math.max(fromByte, size - TAIL_BYTES_MAX);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(0, size - start)), 0, null, start);
    return buffer.toString("utf8", 0, bytesRead).trim();
  } finally {
    await file.close();
  }
}
