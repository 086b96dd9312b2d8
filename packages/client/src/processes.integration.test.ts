import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { memoryBackend } from "@leftfold/backend-memory";
import { expect, test } from "vitest";
import { sessionSaid } from "./test-kit/session.ts";
import { startTestServer } from "./test-kit/test-server.ts";

const run = promisify(execFile);
const timeout = 30_000;

/** Runs a script of the test kit until it ends by itself. */
async function runScript(
  name: string,
  baseUrl: string,
  ...flags: string[]
): Promise<Record<string, string[]>> {
  const path = fileURLToPath(new URL(`./test-kit/${name}.ts`, import.meta.url));
  const { stdout } = await run(process.execPath, [...flags, path, baseUrl], { timeout });
  return JSON.parse(stdout);
}

test("lets the process end by itself once the client is closed", async () => {
  await using server = await startTestServer({ backend: memoryBackend() });
  expect(await runScript("exiting-process", server.url)).toEqual({ said: sessionSaid });
});

test("works in a browser: over fetch, and without any module of Node's", async () => {
  await using server = await startTestServer({ backend: memoryBackend(), http: 1 });
  const { said, loaded } = await runScript("browser-like-process", server.url, "--conditions=browser");
  expect(said).toEqual(sessionSaid);
  expect(loaded).toContainEqual(expect.stringMatching(/browser-transport.ts$/));
  expect(loaded?.filter((url) => url.startsWith("node:") || url.includes("/connect-node/"))).toEqual([]);
});

test("is published with the same choice of transport as in development", async () => {
  const { imports, publishConfig } = JSON.parse(
    await readFile(new URL("../package.json", import.meta.url), "utf8"),
  );
  const inDevelopment: [string, string][] = Object.entries(imports["#transport"]);
  const compiled = inDevelopment.map(([name, path]) => [
    name,
    path.replace("/src/", "/dist/").replace(".ts", ".js"),
  ]);
  expect(Object.entries(publishConfig.imports["#transport"])).toEqual(compiled);
});
