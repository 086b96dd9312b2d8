import { existsSync } from "node:fs";
import { createRequire } from "node:module";

/** What this package needs to know of the machine. Tests hand in another one; nothing else reads these facts. */
export interface Host {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** The effective user of this process; undefined on Windows. */
  readonly uid: number | undefined;
  /** Whether the C library is musl, as on Alpine. The binaries on npm are linked against glibc. */
  readonly musl: boolean;
  /** The command of util-linux that enters a new user namespace. It may not exist, and it may be forbidden. */
  readonly unshare: string;
  /** The list of accounts. */
  readonly passwdFile: string;
  /** The path of a package's entry file. Throws `MODULE_NOT_FOUND` when the package is not installed. */
  resolvePackage(name: string): string;
}

/** The machine that this process runs on. */
export function thisHost(): Host {
  const require = createRequire(import.meta.url);
  return {
    platform: process.platform,
    arch: process.arch,
    uid: process.geteuid?.(),
    musl: process.platform === "linux" && usesMusl(process.arch),
    unshare: "unshare",
    passwdFile: "/etc/passwd",
    resolvePackage: (name) => require.resolve(name),
  };
}

const GLIBC_LOADERS: Readonly<Record<string, readonly string[]>> = {
  x64: ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-x86-64.so.2"],
  arm64: ["/lib/ld-linux-aarch64.so.1", "/lib64/ld-linux-aarch64.so.1"],
};

/** A binary names its loader by its full path, so a machine without glibc's loader cannot start the binaries at all. */
export function usesMusl(arch: string, exists: (path: string) => boolean = existsSync): boolean {
  const loaders = GLIBC_LOADERS[arch];
  return loaders !== undefined && !loaders.some(exists);
}
