import type { CpuAccount } from "../harness/cpu-time.ts";
import { Child } from "./child.ts";

export interface ServeOptions {
  readonly databaseUrl: string;
  readonly schema: string;
  /**
   * Whether the short path answers `Append`; Connect's generic handler does, as it does everything else, when
   * false.
   */
  readonly shortPath: boolean;
}

/** A server in a process of its own. */
export interface ServerProcess extends AsyncDisposable {
  /** Where it listens. */
  readonly url: string;
  readonly child: Child;
  readonly account: CpuAccount;
}

export async function startServerProcess(options: ServeOptions): Promise<ServerProcess> {
  const child = new Child("server", new URL("./server-main.ts", import.meta.url));
  try {
    const url = await child.ask<string>("serve", options);
    return {
      url,
      child,
      account: { name: "server", pid: child.pid, withChildren: false },
      [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
    };
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
}
