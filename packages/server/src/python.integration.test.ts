import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { memoryBackend } from "@leftfold/backend-memory";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startServer } from "./start-server.ts";

const exec = promisify(execFile);
const root = new URL("../../../", import.meta.url).pathname;
const buf = join(root, "node_modules/.bin/buf");
const client = new URL("./test-kit/python_client.py", import.meta.url).pathname;

/** A Python that has grpcio and its code generator; Debian's own is often not the first on the path. */
async function findPython(): Promise<string | undefined> {
  for (const python of ["/usr/bin/python3", "python3"]) {
    const found = await exec(python, ["-c", "import grpc, grpc_tools"]).then(
      () => true,
      () => false,
    );
    if (found) return python;
  }
  return undefined;
}

const python = await findPython();
if (python === undefined) {
  const packages = "apt-get install python3-grpcio python3-grpc-tools";
  process.stdout.write(
    `Skipping the Python client: no Python with grpcio and grpcio-tools here (${packages}).\n`,
  );
}

describe.skipIf(python === undefined)("a Python grpcio client generated from the .proto files", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "leftfold-python-"));
    // Debian's generator reads no `optional` in proto3, but it takes files that were read for it.
    const image = join(folder, "image.binpb");
    await exec(buf, ["build", "--as-file-descriptor-set", "-o", image], { cwd: root });
    const generate =
      "import sys; from grpc_tools import protoc; sys.exit(protoc.main(['protoc', *sys.argv[1:]]))";
    const out = [`--python_out=${folder}`, `--grpc_python_out=${folder}`];
    const names = ["event", "append", "error", "event_store_service"];
    const files = names.map((name) => `leftfold/eventstore/v1/${name}.proto`);
    const argv = [
      "-c",
      generate,
      `--descriptor_set_in=${image}`,
      ...out,
      ...files,
      "grpc/health/v1/health.proto",
    ];
    await exec(python!, argv);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each([true, false])("appends, reads and subscribes (short path: %s)", async (shortPath) => {
    const backend = memoryBackend();
    const server = await startServer({ backend, bindAddr: "127.0.0.1:0", shortPath });
    const { stdout } = await exec(python!, [client, folder, new URL(server.url).host]);
    expect(JSON.parse(stdout)).toEqual({
      append: [1, 2, 2],
      batch: ["accepted", "failed"],
      batchFailure: "concurrency-conflict",
      conflict: [
        "ABORTED",
        expect.stringContaining('Account "größer" was expected at noStream but is at 3'),
        true,
      ],
      readAll: [
        [1, "a", "v"],
        [2, "b", "v"],
        [3, "c", "v"],
      ],
      readStream: [3, 2],
      subscribe: [2, 3, 4],
      head: 4,
      health: "SERVING",
    });
    await server.close();
  });
});
