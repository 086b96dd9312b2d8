import type { Fault } from "../fault.ts";
import { SmallDisk } from "../world/small-disk.ts";

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
  async inject({ postgres }, random) {
    const disk = SmallDisk.of(postgres.dataDir);
    if (disk === undefined) throw new Error(`${postgres.dataDir} is on no small disk.`);
    const freeBytes = random.pick([0, 64, 1024, 16_384]) * 1024;
    await disk.fill(freeBytes);
    return {
      note: `${freeBytes} bytes left on the disk`,
      async heal(signal) {
        await disk.free();
        await postgres.start(signal);
      },
    };
  },
};
