import { parseArgs } from "node:util";
import { type BindAddr, bindAddrForms, defaultBindAddr, parseBindAddr } from "./bind-addr.ts";

/** What the server's binary is to do. */
export type Config =
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | { readonly kind: "serve"; readonly bindAddr: BindAddr; readonly backend: BackendChoice };

/** Where events are kept. */
export type BackendChoice =
  | { readonly kind: "embedded"; readonly dataDir: string }
  | { readonly kind: "postgres"; readonly databaseUrl: string }
  | { readonly kind: "memory" };

/** A setting has a value that it cannot have. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

export const defaultDataDir = "./leftfold-data";
const backends = ["embedded", "postgres", "memory"] as const;

const options = {
  backend: { type: "string" },
  "database-url": { type: "string" },
  "bind-addr": { type: "string" },
  "data-dir": { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const;

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings from the command line, then from the environment; an empty variable counts as absent.
 *
 * @throws {ConfigError} naming the setting, its value and what is allowed.
 */
export function readConfig(argv: readonly string[], env: Environment): Config {
  const flags = readFlags(argv);
  if (flags.help === true) return { kind: "help" };
  if (flags.version === true) return { kind: "version" };
  const databaseUrl = setting("--database-url", flags["database-url"], "DATABASE_URL", env);
  const chosen = setting("--backend", flags.backend, "BACKEND", env);
  const bindAddr = setting("--bind-addr", flags["bind-addr"], "BIND_ADDR", env);
  const dataDir = setting("--data-dir", flags["data-dir"], "DATA_DIR", env);
  return {
    kind: "serve",
    bindAddr: readBindAddr(bindAddr),
    backend: readBackend(chosen, databaseUrl, dataDir),
  };
}

/** A setting that is given, and the name under which it was. */
interface Given {
  readonly name: string;
  readonly value: string;
}

function setting(
  flag: string,
  value: string | undefined,
  variable: string,
  env: Environment,
): Given | undefined {
  if (value !== undefined) return { name: flag, value };
  const fromEnv = env[variable];
  return fromEnv ? { name: variable, value: fromEnv } : undefined;
}

function readFlags(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: false }).values;
  } catch (error) {
    const message = (error as Error).message.replace(/\.?$/, ".");
    throw new ConfigError(`${message} See --help.`, { cause: error });
  }
}

function readBindAddr(given: Given | undefined): BindAddr {
  const bindAddr = parseBindAddr(given?.value ?? defaultBindAddr);
  if (bindAddr === undefined) throw mustBe(given!, bindAddrForms);
  return bindAddr;
}

function readBackend(
  chosen: Given | undefined,
  databaseUrl: Given | undefined,
  dataDir: Given | undefined,
): BackendChoice {
  const kind = chosen?.value ?? (databaseUrl === undefined ? "embedded" : "postgres");
  switch (kind) {
    case "memory":
      return { kind };
    case "embedded":
      if (dataDir?.value === "") throw mustBe(dataDir, "the path of a folder");
      return { kind, dataDir: dataDir?.value ?? defaultDataDir };
    case "postgres":
      if (databaseUrl === undefined) {
        throw new ConfigError(
          `${chosen!.name} is "postgres", but no database is named: set DATABASE_URL or --database-url, ` +
            "such as postgres://user:password@host:5432/database.",
        );
      }
      return { kind, databaseUrl: checkDatabaseUrl(databaseUrl) };
    default:
      throw mustBe(chosen!, `one of ${backends.join(", ")}`);
  }
}

function checkDatabaseUrl(given: Given): string {
  // Not parsed as a URL: several hosts, which PostgreSQL's drivers take, are no URL.
  const scheme = /^([a-z][\w+.-]*):\/\//i.exec(given.value)?.[1]?.toLowerCase();
  if (scheme === "postgres" || scheme === "postgresql") return given.value;
  // The value is not shown: it may hold a password.
  throw new ConfigError(
    `${given.name} is ${scheme === undefined ? "no URL" : `a URL of scheme "${scheme}"`} ` +
      "(not shown, as it may hold a password); it must be like postgres://user:password@host:5432/database.",
  );
}

function mustBe({ name, value }: Given, allowed: string): ConfigError {
  return new ConfigError(`${name} is ${JSON.stringify(value)}; it must be ${allowed}.`);
}
