import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Needs } from "./needs.ts";

let folder: string | undefined;

/** Where each process finds how wrong its clock is. */
function clocksFolder(): string {
  if (folder === undefined) {
    const path = mkdtempSync(join(tmpdir(), "leftfold-clocks-"));
    process.once("exit", () => rmSync(path, { recursive: true, force: true }));
    folder = path;
  }
  return folder;
}

let needs: Needs | undefined;

/** Servers whose wall clocks can be set. */
export function settableClocks(): Needs {
  needs ??= {
    serverFlags: ["--import", new URL("shifted-clock.ts", import.meta.url).href],
    serverEnvironment: { LEFTFOLD_CLOCKS: clocksFolder() },
  };
  return needs;
}

/** Sets a server's wall clock to so much later than it is, or earlier; a server that is started has it right. */
export async function setClock(
  { pid }: { readonly pid?: number | undefined },
  shiftMs: number,
): Promise<void> {
  const file = join(clocksFolder(), String(pid));
  // It makes the file when it is ready to be signalled.
  if (pid === undefined || !existsSync(file)) return;
  await writeFile(file, String(shiftMs));
  try {
    process.kill(pid, "SIGUSR2");
  } catch {
    // It has ended by itself meanwhile.
  }
}
