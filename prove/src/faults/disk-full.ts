import type { Fault } from "../fault.ts";
import { askOnce } from "../world/ask-once.ts";
import { SmallDisk } from "../world/small-disk.ts";

/** More than PostgreSQL keeps ready. */
const logFilesMax = 12;

/**
 * PostgreSQL runs out of disk: rows cannot be written, and when its log needs a new file it goes down, and may not even come up
 * again, until there is room.
 */
export const diskFull: Fault = {
  name: "disk-full",
  summary:
    "no room on PostgreSQL's disk (a real ENOSPC), for rows or for its write-ahead log, until it is freed",
  // Runs leave their data behind, and the disk is small: each has one of its own.
  get needs() {
    return { makeDataDir: () => SmallDisk.open() };
  },
  // The more is written, the sooner the write-ahead log needs another file.
  reshape: { payloadBytes: 8_000 },
  obstacle: () => SmallDisk.obstacle(),
  applies: () => true,
  async inject({ postgres: database }, random) {
    const disk = SmallDisk.of(database.dataDir);
    if (disk === undefined) throw new Error(`${database.dataDir} is on no small disk.`);
    const forLog = random.chance(0.5);
    const freeBytes = forLog ? 8 * 2 ** 20 : random.pick([0, 64, 1024]) * 1024;
    await disk.fill(freeBytes);
    const isDown = forLog && (await exhaustLog(database.urlBy(database.port)));
    return {
      note: `${freeBytes} bytes left on the disk${isDown ? ", and PostgreSQL went down for want of a log file" : ""}`,
      async heal(signal) {
        await disk.free();
        await database.start(signal);
      },
    };
  },
};

/** Begins new files of the write-ahead log, of 16 MiB each, until there is no room for one. True when that ended PostgreSQL. */
async function exhaustLog(url: string): Promise<boolean> {
  try {
    await askOnce(url, async (sql) => {
      for (let files = 0; files < logFilesMax; files++) {
        await sql`select pg_logical_emit_message(false, 'leftfold', 'something to write')`;
        await sql`select pg_switch_wal()`;
      }
    });
    return false;
  } catch {
    return true;
  }
}
