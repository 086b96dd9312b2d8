import { expect, test } from "vitest";
import { type EmbeddedPostgresOptions, startEmbeddedPostgres } from "./index.ts";
import { settingsArguments } from "./server-settings.ts";

const dataDir = "/never/used";

test.each<[string, EmbeddedPostgresOptions]>([
  ["dataDir", { dataDir: "" }],
  ["dataDir", { dataDir: "two\nlines" }],
  ["port", { dataDir, port: 0 }],
  ["port", { dataDir, port: 65_536 }],
  ["startTimeoutMs", { dataDir, startTimeoutMs: 0 }],
  ["startTimeoutMs", { dataDir, startTimeoutMs: Number.POSITIVE_INFINITY }],
  ['"--evil"', { dataDir, settings: { "--evil": "1" } }],
  ['"port"', { dataDir, settings: { port: "5432" } }],
  ['"listen_addresses"', { dataDir, settings: { listen_addresses: "*" } }],
  ['"work_mem"', { dataDir, settings: { work_mem: "1\n2" } }],
])("refuses a %s that cannot be used", async (name, options) => {
  await expect(startEmbeddedPostgres(options)).rejects.toMatchObject({
    name: "EmbeddedPostgresError",
    code: "invalid-option",
    retryable: false,
    message: expect.stringContaining(name),
  });
});

test("puts given settings over its own defaults", () => {
  const args = settingsArguments({ shared_buffers: "1GB" });
  expect(args).toContain("shared_buffers=1GB");
  expect(args).not.toContain("shared_buffers=128MB");
  expect(args).toContain("fsync=on");
});
