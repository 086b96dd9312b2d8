import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import { promisify } from "node:util";

/** On what, and with what, figures were measured. They mean little without. */
export interface Surroundings {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly os: string;
  /** How busy the machine was before the benchmark began, over one minute. */
  readonly loadAverage: number;
  readonly node: string;
  /** What Node was told beside: processes that the benchmarks start are told the same. */
  readonly nodeFlags: readonly string[];
  readonly packages: Readonly<Record<string, string>>;
  /** The commit, with `+changes` when files differ from it; absent outside a git checkout. */
  readonly commit?: string;
}

const packages = ["backend-postgres", "client", "core", "server"];
/** What is measured beside them, and through what; pinned in this workspace's manifest. */
const others = [
  "@event-driven-io/emmett-postgresql",
  "@event-driven-io/pongo",
  "@eventide/message-db",
  "@rotorsoft/act-pg",
  "pg",
];

export async function surroundings(): Promise<Surroundings> {
  const processors = cpus();
  const commit = await gitCommit();
  return {
    cpu: processors[0]?.model ?? "unknown",
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${type()} ${release()}`,
    loadAverage: loadavg()[0] ?? 0,
    node: process.version,
    nodeFlags: process.execArgv,
    packages: await packageVersions(),
    ...(commit !== undefined && { commit }),
  };
}

async function packageVersions(): Promise<Record<string, string>> {
  const versions: Record<string, string> = {};
  for (const name of packages)
    versions[`@leftfold/${name}`] = await versionIn(`../../../packages/${name}/package.json`);
  const { devDependencies } = JSON.parse(
    await readFile(new URL("../../package.json", import.meta.url), "utf8"),
  ) as { devDependencies: Record<string, string> };
  for (const name of others) versions[name] = devDependencies[name] ?? "unknown";
  const postgresJs = import.meta.resolve("postgres").replace(/\/src\/.*$/, "/package.json");
  versions["postgres"] = await versionIn(postgresJs);
  return versions;
}

async function versionIn(manifest: string): Promise<string> {
  const { version } = JSON.parse(await readFile(new URL(manifest, import.meta.url), "utf8"));
  return String(version);
}

async function gitCommit(): Promise<string | undefined> {
  const git = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)("git", args, { cwd: import.meta.dirname })).stdout.trim();
  try {
    const changes = await git("status", "--porcelain", "--untracked-files=no");
    return `${await git("rev-parse", "--short=12", "HEAD")}${changes === "" ? "" : "+changes"}`;
  } catch {
    return undefined;
  }
}
