import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryBackend } from "@leftfold/backend-memory";
import { connect } from "@leftfold/client";
import { anAppend, uniqueTenant } from "@leftfold/testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import { run, type StopSignal, type Surroundings } from "./run.ts";
import { startServer } from "./start-server.ts";
import { version } from "./version.ts";

/** A run of the binary in this process, and what it does to its surroundings. */
class Run {
  stdout = "";
  stderr = "";
  readonly exitedNow: number[] = [];
  readonly exitCode: Promise<number>;
  #listener: ((signal: StopSignal) => void) | undefined;

  constructor(argv: readonly string[], env: Surroundings["env"] = {}) {
    this.exitCode = run({
      argv,
      env,
      stdout: {
        write: (text) => {
          this.stdout += text;
        },
      },
      stderr: {
        write: (text) => {
          this.stderr += text;
        },
      },
      onStopSignal: (listener) => {
        this.#listener = listener;
        return () => {
          this.#listener = undefined;
        };
      },
      exitNow: (code) => void this.exitedNow.push(code),
    });
  }

  get listens(): boolean {
    return this.#listener !== undefined;
  }

  signal(signal: StopSignal): void {
    this.#listener?.(signal);
  }

  /** The URL that the start-up message shows, once it is shown. */
  async url(): Promise<string> {
    await vi.waitUntil(
      () => this.stdout.includes("Stop it with") || this.stderr.includes("leftfold-server:"),
      {
        timeout: 60_000,
      },
    );
    return /url +(http:\S+?)[,;]/.exec(this.stdout)?.[1] ?? this.stderr;
  }
}

const dirs: string[] = [];
afterEach(async () => {
  for (const dir of dirs.splice(0)) await rm(dir, { recursive: true, force: true });
});

async function freshDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "leftfold-run-"));
  dirs.push(dir);
  return join(dir, "data");
}

async function appendOne(url: string): Promise<bigint> {
  const client = connect({ baseUrl: url });
  const { lastGlobalNonce } = await client.tenant(uniqueTenant()).append(anAppend());
  await client[Symbol.asyncDispose]();
  return lastGlobalNonce;
}

describe("the binary", () => {
  test("tells how to use it, and its version", async () => {
    const help = new Run(["--help"]);
    expect(await help.exitCode).toBe(0);
    expect(help.stdout).toContain("Usage: leftfold-server [settings]");
    const told = new Run(["-v"]);
    expect(await told.exitCode).toBe(0);
    expect(told.stdout).toBe(`${version}\n`);
    expect(help.stderr + told.stderr).toBe("");
  });

  test("ends with code 2 for a wrong setting, and says which", async () => {
    const wrong = new Run([], { BACKEND: "nonsense" });
    expect(await wrong.exitCode).toBe(2);
    expect(wrong.stderr).toBe(
      'leftfold-server: BACKEND is "nonsense"; it must be one of embedded, postgres, memory.\n',
    );
  });

  test("serves from memory, and stops with code 0 when it is told to", async () => {
    const served = new Run(["--backend=memory", "--bind-addr=0.0.0.0:0"]);
    expect(await appendOne(await served.url())).toBe(1n);
    expect(served.stdout).toContain("and every other address of this machine; without TLS");
    expect(served.stdout).toContain("backend   memory\n");
    expect(served.stdout).toContain("events are gone when the server stops");
    served.signal("SIGTERM");
    expect(await served.exitCode).toBe(0);
    expect(served.exitedNow).toEqual([]);
    expect(served.listens).toBe(false);
    const lines = served.stderr
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(lines).toMatchObject([
      { signal: "SIGTERM", msg: expect.stringContaining("stopping") },
      { msg: "stopped" },
    ]);
  });

  test("ends at once when it is told a second time", async () => {
    const served = new Run(["--backend=memory", "--bind-addr=127.0.0.1:0"]);
    await served.url();
    served.signal("SIGINT");
    served.signal("SIGINT");
    served.signal("SIGTERM");
    expect(served.exitedNow).toEqual([130, 143]);
    expect(await served.exitCode).toBe(0);
  });

  test("serves from a PostgreSQL that is named", async () => {
    const served = new Run(["--bind-addr=127.0.0.1:0"], { DATABASE_URL: process.env["DATABASE_URL"] });
    expect(await appendOne(await served.url())).toBe(1n);
    expect(served.stdout).toContain("backend   PostgreSQL\n");
    const { password } = new URL(process.env["DATABASE_URL"]!);
    if (password !== "") expect(served.stdout + served.stderr).not.toContain(password);
    served.signal("SIGTERM");
    expect(await served.exitCode).toBe(0);
  });

  test("serves from a PostgreSQL of its own, and keeps what it has", async () => {
    const dataDir = await freshDir();
    const tenantId = uniqueTenant();
    for (const expected of [1n, 2n]) {
      const served = new Run(["--bind-addr=127.0.0.1:0"], { DATA_DIR: dataDir });
      const client = connect({ baseUrl: await served.url() });
      expect((await client.tenant(tenantId).append(anAppend())).lastGlobalNonce).toBe(expected);
      await client[Symbol.asyncDispose]();
      expect(served.stdout).toContain("backend   embedded PostgreSQL\n");
      expect(served.stdout).toContain(`data      ${dataDir}\n`);
      served.signal("SIGTERM");
      expect(await served.exitCode).toBe(0);
    }
  });

  test("stops when it is told so while it is still starting", async () => {
    const starting = new Run(["--bind-addr=127.0.0.1:0", "--data-dir", await freshDir()]);
    expect(starting.listens).toBe(true);
    starting.signal("SIGINT");
    expect(await starting.exitCode).toBe(0);
    expect(starting.stdout).toBe("");
  });

  test("ends with code 1, and says why in a line, when it cannot start", async () => {
    const other = await startServer({ backend: memoryBackend(), bindAddr: "127.0.0.1:0" });
    const taken = new Run(["--backend=memory", `--bind-addr=127.0.0.1:${other.port}`]);
    expect(await taken.exitCode).toBe(1);
    expect(taken.stderr).toMatch(
      /^leftfold-server: Something else listens on 127\.0\.0\.1, port \d+\. .*\n$/,
    );
    await other.close();
    const unreachable = new Run(["--database-url=postgres://u:secret@127.0.0.1:1/n"]);
    expect(await unreachable.exitCode).toBe(1);
    expect(unreachable.stderr).toMatch(
      /^leftfold-server: The store on PostgreSQL at 127\.0\.0\.1:1, database n, as u did not open\. .*\n$/,
    );
    expect(unreachable.stderr).not.toContain("secret");
    const unusable = new Run(["--data-dir=/dev/null/x", "--bind-addr=127.0.0.1:0"]);
    expect(await unusable.exitCode).toBe(1);
    expect(unusable.stderr).toContain("leftfold-server: The embedded PostgreSQL did not start. ");
  });

  test("leaves no PostgreSQL behind when it cannot listen", async () => {
    const other = await startServer({ backend: memoryBackend(), bindAddr: "127.0.0.1:0" });
    const taken = new Run([`--bind-addr=127.0.0.1:${other.port}`, "--data-dir", await freshDir()]);
    expect(await taken.exitCode).toBe(1);
    expect(taken.stderr).toContain("stopping PostgreSQL on");
    await other.close();
  });
});
