import { cp, readdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { type Host, thisHost } from "./host.ts";
import { findInstallation } from "./installation.ts";
import { startOn } from "./start-embedded-postgres.ts";
import { query, Workbench } from "./testing/workbench.ts";

test.runIf(process.platform === "linux")(
  "needs no links of its own where the install script made them",
  async () => {
    const bench = await Workbench.open();
    const { root, links } = findInstallation(thisHost());
    const hydrated = join(bench.root, "package");
    await cp(dirname(root), hydrated, { recursive: true });
    for (const { name, file } of links) await symlink(file, join(hydrated, "native", "lib", name));
    const host: Host = { ...thisHost(), resolvePackage: () => join(hydrated, "dist", "index.js") };
    const dataDir = bench.dataDir();
    const postgres = await startOn(host, { dataDir });
    expect(await query(postgres.url, "select 1 as one")).toEqual([{ one: 1 }]);
    expect(await readdir(dataDir)).not.toContain("lib");
    await postgres.stop();
    await bench[Symbol.asyncDispose]();
  },
);
