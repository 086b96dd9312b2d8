import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { connect } from "@leftfold/client";
import type { EventStore } from "@leftfold/core";
import { anAppend, collect, someEvents } from "@leftfold/testing";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

const exec = promisify(execFile);
const main = new URL("./main.ts", import.meta.url).pathname;

/** The binary as a process of its own. */
class MainProcess {
  stdout = "";
  stderr = "";
  readonly process: ChildProcess;
  readonly exit: Promise<{ code: number | null; signal: string | null }>;

  constructor(argv: readonly string[]) {
    const { DATABASE_URL: _, ...env } = process.env;
    this.process = spawn(process.execPath, [main, ...argv], { env, stdio: ["ignore", "pipe", "pipe"] });
    this.process.stdout?.setEncoding("utf8").on("data", (chunk) => {
      this.stdout += chunk;
    });
    this.process.stderr?.setEncoding("utf8").on("data", (chunk) => {
      this.stderr += chunk;
    });
    this.exit = new Promise((resolve) =>
      this.process.once("exit", (code, signal) => resolve({ code, signal })),
    );
  }

  async url(): Promise<string> {
    await vi.waitFor(() => expect(this.stdout, this.stderr).toContain("Stop it with"), { timeout: 60_000 });
    return /url +(http:\S+?)[,;]/.exec(this.stdout)![1]!;
  }
}

describe("the binary as a process", () => {
  let folder: string;
  let dataDir: string;
  let server: MainProcess;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "leftfold-main-"));
    dataDir = join(folder, "data");
  });
  afterAll(async () => {
    server.process.kill("SIGTERM");
    await server.exit;
    await rm(folder, { recursive: true, force: true });
  });

  const start = (bindAddr: string): MainProcess =>
    new MainProcess(["--bind-addr", bindAddr, "--data-dir", dataDir]);

  test("keeps everything that it acknowledged when it is killed under load, again and again", async () => {
    server = start("127.0.0.1:0");
    const baseUrl = await server.url();
    const { host } = new URL(baseUrl);
    const client = connect({ baseUrl, retry: { baseDelayMs: 5, delayMaxMs: 100, attemptsMax: 10_000 } });
    const store: EventStore = client.tenant("acme");
    const acknowledged: bigint[] = [];
    let isDone = false;
    const writing = Array.from({ length: 16 }, async (_, i) => {
      while (!isDone) {
        const { firstGlobalNonce, lastGlobalNonce } = await store.append(
          anAppend({ aggregateId: `o${i}`, events: someEvents(2) }),
        );
        acknowledged.push(firstGlobalNonce, lastGlobalNonce);
      }
    });
    for (let round = 1; round <= 3; round++) {
      await vi.waitUntil(() => acknowledged.length > round * 400, { timeout: 60_000 });
      server.process.kill("SIGKILL");
      expect(await server.exit).toEqual({ code: null, signal: "SIGKILL" });
      const before = [...acknowledged];
      server = start(host);
      await server.url();
      const nonces = new Set((await collect(store.readAll())).map(({ globalNonce }) => globalNonce));
      expect(before.filter((nonce) => !nonces.has(nonce))).toEqual([]);
    }
    isDone = true;
    await Promise.all(writing);
    // An append whose outcome was unknown was repeated by the client, and recorded once.
    const recorded = (await collect(store.readAll())).map(({ globalNonce }) => globalNonce);
    expect(recorded).toEqual(Array.from({ length: recorded.length }, (_, i) => BigInt(i + 1)));
    expect(acknowledged.sort((a, b) => Number(a - b))).toEqual(recorded);
    await client[Symbol.asyncDispose]();
  });

  test("ends with code 0 on SIGTERM, once what is in hand is done", async () => {
    const client = connect({ baseUrl: await server.url() });
    const appends = Array.from({ length: 50 }, () => client.tenant("emca").append(anAppend()));
    await appends[0];
    server.process.kill("SIGTERM");
    const settled = await Promise.allSettled(appends);
    expect(await server.exit).toEqual({ code: 0, signal: null });
    await client[Symbol.asyncDispose]();
    server = start("127.0.0.1:0");
    const again = connect({ baseUrl: await server.url() });
    const accepted = settled.filter(({ status }) => status === "fulfilled").length;
    expect(await again.tenant("emca").head()).toBeGreaterThanOrEqual(BigInt(accepted));
    await again[Symbol.asyncDispose]();
  });

  test("shows commands that work as they stand", async ({ skip }) => {
    const hasCurl = await exec("curl", ["--version"]).then(
      () => true,
      () => false,
    );
    if (!hasCurl) skip("there is no curl here");
    await server.url();
    const commands = server.stdout.match(/^ {2}(curl|printf)(.|\n)*?\n(?=\n)/gm);
    expect(commands).toHaveLength(2);
    const append = await exec("sh", ["-c", commands![0]!]);
    expect(JSON.parse(append.stdout)).toMatchObject({ firstGlobalNonce: "1" });
    const read = await exec("sh", ["-c", commands![1]!]);
    expect(read.stdout).toContain(
      '{"events":[{"tenantId":"demo","globalNonce":"1","aggregateType":"Account"',
    );
  });
});
