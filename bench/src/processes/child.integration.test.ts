import { expect, test } from "vitest";
import { Child } from "./child.ts";

const load = new URL("./load-main.ts", import.meta.url);

test("passes on what a child fails with, and what it does not know", async () => {
  const child = new Child("load generator", load);
  try {
    await expect(child.ask("sing")).rejects.toThrow('The load generator process: "sing" is not a question');
    const url = "http://127.0.0.1:1";
    const nobody = child.ask("load", {
      url,
      tenantId: "bench",
      inFlight: 1,
      aggregates: "own",
      warmUpMs: 1,
      measureMs: 1,
    });
    await expect(nobody).rejects.toThrow("ECONNREFUSED");
  } finally {
    await child[Symbol.asyncDispose]();
  }
});

test("profiles a child", async () => {
  const child = new Child("load generator", load);
  try {
    await child.startProfile();
    expect((await child.stopProfile()).nodes.length).toBeGreaterThan(0);
  } finally {
    await child[Symbol.asyncDispose]();
  }
});

test("rejects what is asked of a child that has ended, and closes it twice without harm", async () => {
  const child = new Child("load generator", load);
  await child[Symbol.asyncDispose]();
  await expect(child.ask("load")).rejects.toThrow("The load generator process has ended");
  await child[Symbol.asyncDispose]();
});

test("rejects what waits for an answer when the child dies", async () => {
  const child = new Child("load generator", load);
  const stopped = child.ask("startProfile");
  process.kill(child.pid, "SIGKILL");
  await expect(stopped).rejects.toThrow("The load generator process ended with SIGKILL");
});
