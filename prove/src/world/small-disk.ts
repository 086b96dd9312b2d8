import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, open, rm, rmdir, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { DataFolder } from "./needs.ts";

const sizeBytes = 384 * 2 ** 20;
const chunk: Buffer = Buffer.alloc(2 ** 20);
const refillMs = 20;

/** A file system of its own in memory, small enough to be filled: what does not fit fails with the real ENOSPC. */
export class SmallDisk implements DataFolder {
  static readonly #disks = new Map<string, SmallDisk>();
  readonly path: string;
  readonly #mount: string;
  readonly #leave = (): void => void root("umount", "-l", this.#mount);
  #filling: { readonly stop: AbortController; readonly done: Promise<void> } | undefined;

  private constructor(mount: string) {
    this.#mount = mount;
    this.path = join(mount, "data");
    process.once("exit", this.#leave);
    SmallDisk.#disks.set(this.path, this);
  }

  /** @throws Error when this user may not mount; {@link obstacle} tells before. */
  static async open(): Promise<SmallDisk> {
    const mount = await mkdtemp(join(tmpdir(), "leftfold-disk-"));
    const owner = `uid=${process.getuid?.()},gid=${process.getgid?.()}`;
    const said = root("mount", "-t", "tmpfs", "-o", `size=${sizeBytes},mode=755,${owner}`, "leftfold", mount);
    if (said !== undefined) {
      await rmdir(mount);
      throw new Error(`A small disk cannot be mounted: ${said}`);
    }
    const disk = new SmallDisk(mount);
    await mkdir(disk.path);
    return disk;
  }

  /** The disk on which a folder of data lies. */
  static of(dataDir: string): SmallDisk | undefined {
    return SmallDisk.#disks.get(dataDir);
  }

  /** Why there can be none here; undefined when there can. */
  static obstacle(): string | undefined {
    SmallDisk.#obstacle ??= { why: findObstacle() };
    return SmallDisk.#obstacle.why;
  }

  static #obstacle: { readonly why: string | undefined } | undefined;

  /** Fills it up to so many bytes, and keeps it so, also when something is removed, until it is freed. */
  async fill(freeBytes: number): Promise<void> {
    const stop = new AbortController();
    await this.#fillTo(freeBytes);
    const keepFull = async (): Promise<void> => {
      while (!stop.signal.aborted) {
        await setTimeout(refillMs, undefined, { signal: stop.signal }).catch(() => undefined);
        if (!stop.signal.aborted) await this.#fillTo(freeBytes);
      }
    };
    this.#filling = { stop, done: keepFull() };
  }

  /** Makes room again. */
  async free(): Promise<void> {
    this.#filling?.stop.abort();
    await this.#filling?.done;
    this.#filling = undefined;
    await rm(this.#ballast, { force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.free();
    process.off("exit", this.#leave);
    SmallDisk.#disks.delete(this.path);
    this.#leave();
    await rmdir(this.#mount);
  }

  get #ballast(): string {
    return join(this.#mount, "ballast");
  }

  async #fillTo(freeBytes: number): Promise<void> {
    const ballast = await open(this.#ballast, "a");
    try {
      for (;;) {
        const { bavail, bsize } = await statfs(this.#mount);
        const excessBytes = bavail * bsize - freeBytes;
        if (excessBytes <= 0) return;
        await ballast.write(chunk, 0, Math.min(excessBytes, chunk.length));
      }
    } catch (error) {
      // Somebody else took the rest in between: all the better.
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    } finally {
      await ballast.close();
    }
  }
}

function findObstacle(): string | undefined {
  if (process.platform !== "linux") return "only Linux has small file systems in memory that can be mounted";
  const mount = join(tmpdir(), `leftfold-disk-probe-${process.pid}`);
  const said =
    root("mkdir", mount) ??
    root("mount", "-t", "tmpfs", "-o", "size=64k", "leftfold", mount) ??
    root("umount", mount);
  root("rmdir", mount);
  return said && `this user may not mount a small disk, not even by sudo (${said})`;
}

/** Runs a program as root, without asking anybody for a password; what it complained about, if it failed. */
function root(...command: readonly string[]): string | undefined {
  const [program = "", ...args] = process.getuid?.() === 0 ? command : ["sudo", "-n", ...command];
  const { status, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
  return status === 0 ? undefined : (error?.message ?? stderr.trim()) || `exit code ${status}`;
}
