import { existsSync } from "node:fs";
import { statfs, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { SmallDisk } from "./small-disk.ts";

const why = SmallDisk.obstacle();
if (why !== undefined) process.stderr.write(`without a small disk: ${why}\n`);

it.skipIf(why !== undefined)(
  "refuses what does not fit, really, until it is freed, and leaves nothing",
  async () => {
    const disk = await SmallDisk.open();
    const file = join(disk.path, "file");
    try {
      expect(SmallDisk.of(disk.path)).toBe(disk);
      await writeFile(file, "before");
      await disk.fill(0);
      await expect(writeFile(join(disk.path, "more"), Buffer.alloc(2 ** 20))).rejects.toMatchObject({
        code: "ENOSPC",
      });
      await disk.free();
      await writeFile(file, Buffer.alloc(2 ** 20));
      await disk.fill(2 ** 20);
      const { bavail, bsize } = await statfs(disk.path);
      expect(bavail * bsize).toBeLessThanOrEqual(2 ** 20);
    } finally {
      await disk[Symbol.asyncDispose]();
    }
    expect(existsSync(dirname(disk.path))).toBe(false);
    expect(SmallDisk.of(disk.path)).toBeUndefined();
  },
);
