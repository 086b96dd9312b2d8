import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where distributions put it: the folders for administrators' programs are often not on the path. */
const places = [
  "nats-server",
  "/usr/sbin/nats-server",
  "/usr/local/bin/nats-server",
  "/usr/local/sbin/nats-server",
];

/** The first `nats-server` that runs, and undefined where there is none; says so then. */
export function findNatsServer(): string | undefined {
  const found = places.find((place) => spawnSync(place, ["--version"]).status === 0);
  if (found === undefined) {
    process.stdout.write("Skipping NATS: there is no nats-server here (apt-get install nats-server).\n");
  }
  return found;
}

/** A real NATS server with JetStream, on a port of its own, with a folder of its own. */
export class NatsServer implements AsyncDisposable {
  readonly port: number;
  readonly #binary: string;
  readonly #folder: string;
  readonly #options: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(binary: string, folder: string, port: number, options: readonly string[]) {
    this.#binary = binary;
    this.#folder = folder;
    this.port = port;
    this.#options = options;
  }

  /** @param options further arguments of the command line. */
  static async start(binary: string, ...options: string[]): Promise<NatsServer> {
    const folder = await mkdtemp(join(tmpdir(), "leftfold-nats-"));
    const server = new NatsServer(binary, folder, await freePort(), options);
    await server.restart();
    return server;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** Starts it with what it has on disk; resolves when it listens. */
  async restart(): Promise<void> {
    const network = ["-a", "127.0.0.1", "-p", String(this.port)];
    const command = ["-js", "-sd", this.#folder, ...network, ...this.#options];
    const started = spawn(this.#binary, command, { stdio: "ignore" });
    this.#process = started;
    // A test that ran out of time leaves nobody else to do it.
    const killAtExit = (): boolean => started.kill("SIGKILL");
    process.once("exit", killAtExit);
    started.once("exit", () => process.off("exit", killAtExit));
    while (!(await listens(this.port))) {
      if (this.#process.exitCode !== null)
        throw new Error(`nats-server ended with ${this.#process.exitCode}.`);
    }
  }

  /** As a crash would: nothing is said to anybody, nothing is written any more. */
  async kill(): Promise<void> {
    const running = this.#process;
    if (running === undefined) return;
    this.#process = undefined;
    const gone = once(running, "exit");
    running.kill("SIGKILL");
    await gone;
  }

  /** Lets it stand still: connections stay, and nothing is answered, until it is resumed. */
  pause(): void {
    this.#process?.kill("SIGSTOP");
  }

  resume(): void {
    this.#process?.kill("SIGCONT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/**
 * A port that nobody listens at; somebody else might take it before it is used, which then shows as a failing
 * start.
 */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("The system gave no port.");
  return address.port;
}

async function listens(port: number): Promise<boolean> {
  const socket = createConnection(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    // Asking without a pause would keep a processor from the server that is starting.
    await new Promise((resolve) => setTimeout(resolve, 5));
    return false;
  } finally {
    socket.destroy();
  }
}
