import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Where it is found: folders for administrators' programs are often not on the path. */
const places = [
  "nats-server",
  "/usr/sbin/nats-server",
  "/usr/local/bin/nats-server",
  "/usr/local/sbin/nats-server",
];

/** The first `nats-server` that runs; undefined where there is none. */
export function findNatsServer(): string | undefined {
  return places.find((place) => spawnSync(place, ["--version"]).status === 0);
}

/** How to come by one. */
export const howToGetNats = `To see the same with NATS JetStream, do one of these and run this again:
  apt-get install nats-server        (Debian, Ubuntu)
  brew install nats-server           (macOS)
  docker compose up nats             (in this example's folder; then set NATS_URL=nats://127.0.0.1:4222)`;

/** Starts a NATS server with JetStream on a free port, with a folder that goes when it goes. */
export async function startNatsServer(binary: string): Promise<AsyncDisposable & { readonly url: string }> {
  const folder = await mkdtemp(join(tmpdir(), "leftfold-nats-"));
  const server = spawn(binary, ["-js", "-sd", folder, "-a", "127.0.0.1", "-p", "-1"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = once(server, "exit");
  // Whatever ends this process ends the server too.
  const kill = (): boolean => server.kill("SIGKILL");
  const exit = (): void => process.exit(1);
  process.once("exit", kill).once("SIGINT", exit).once("SIGTERM", exit);
  const dispose = async (): Promise<void> => {
    process.off("exit", kill).off("SIGINT", exit).off("SIGTERM", exit);
    kill();
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  let port: string | undefined;
  // It says on which port it listens, and goes on talking: whoever stops reading must let the rest flow.
  for await (const line of createInterface(server.stderr)) {
    port ??= /Listening for client connections on .*:(\d+)/.exec(line)?.[1];
    if (line.includes("Server is ready")) break;
  }
  server.stderr.resume();
  if (port === undefined) {
    await dispose();
    throw new Error(`${binary} ended before it was ready. Start it by hand to see why.`);
  }
  return { url: `nats://127.0.0.1:${port}`, [Symbol.asyncDispose]: dispose };
}
