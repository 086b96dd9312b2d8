import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Host, thisHost, usesMusl } from "./host.ts";
import { findInstallation, programPath } from "./installation.ts";
import { startOn } from "./start-embedded-postgres.ts";
import { Workbench } from "./testing/workbench.ts";

const linux: Host = { ...thisHost(), platform: "linux", arch: "x64", musl: false };

test.each<[string, Partial<Host>]>([
  ["an unknown processor", { arch: "riscv64" }],
  ["an unknown system", { platform: "freebsd" }],
  ["Alpine", { musl: true }],
])("says what to do instead on %s", async (_, facts) => {
  await expect(startOn({ ...linux, ...facts }, { dataDir: "/never/used" })).rejects.toMatchObject({
    code: "unsupported-platform",
    message: expect.stringMatching(/Set DATABASE_URL to a PostgreSQL 15 to 18.*BACKEND=memory/),
  });
});

test("says what to do when the optional dependency was left out", () => {
  const missing = new Error("Cannot find module");
  const host: Host = {
    ...linux,
    platform: "win32",
    resolvePackage: (name) => {
      expect(name).toBe("@embedded-postgres/windows-x64");
      throw missing;
    },
  };
  expect(() => findInstallation(host)).toThrow(
    expect.objectContaining({
      code: "package-missing",
      cause: missing,
      message: expect.stringMatching(/optional dependencies.*DATABASE_URL.*BACKEND=memory/),
    }),
  );
});

test("knows the names of programs on Windows", () => {
  expect(programPath({ ...linux, platform: "win32" }, "root", "initdb")).toBe(
    join("root", "bin", "initdb.exe"),
  );
});

test("takes a package without a list of links for one that needs none, and a damaged list for an error", async () => {
  const bench = await Workbench.open();
  await mkdir(join(bench.root, "native"));
  await writeFile(join(bench.root, "package.json"), '{"version":"19.0.0"}');
  const host: Host = { ...linux, resolvePackage: () => join(bench.root, "dist", "index.js") };
  expect(findInstallation(host)).toMatchObject({ major: 19, links: [] });
  await writeFile(join(bench.root, "native", "pg-symlinks.json"), "[");
  expect(() => findInstallation(host)).toThrow(SyntaxError);
  await bench[Symbol.asyncDispose]();
});

test("recognises musl by the absence of glibc's loader", () => {
  expect(usesMusl("x64", () => false)).toBe(true);
  expect(usesMusl("x64", (path) => path === "/lib64/ld-linux-x86-64.so.2")).toBe(false);
  expect(
    usesMusl("mips", () => false),
    "another error says that",
  ).toBe(false);
});
