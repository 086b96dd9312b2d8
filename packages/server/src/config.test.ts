import { describe, expect, test } from "vitest";
import { type Config, ConfigError, type Environment, readConfig } from "./config.ts";

const everywhere = { host: "0.0.0.0", port: 50051 };
const embedded = { kind: "embedded", dataDir: "./leftfold-data" } as const;
const url = "postgres://user:secret@host:5432/name";

describe("settings", () => {
  const rows: readonly [name: string, argv: string[], env: Environment, config: Config][] = [
    ["nothing: an embedded PostgreSQL", [], {}, serve({ kind: "embedded", dataDir: "./leftfold-data" })],
    ["a data folder", ["--data-dir", "/x"], {}, serve({ kind: "embedded", dataDir: "/x" })],
    [
      "a data folder from the environment",
      [],
      { DATA_DIR: "/x" },
      serve({ kind: "embedded", dataDir: "/x" }),
    ],
    [
      "a database from the environment",
      [],
      { DATABASE_URL: url },
      serve({ kind: "postgres", databaseUrl: url }),
    ],
    [
      "a database from the command line",
      ["--database-url", url],
      {},
      serve({ kind: "postgres", databaseUrl: url }),
    ],
    [
      "the command line over the environment",
      ["--backend=memory", "--bind-addr", "[::1]:7"],
      { BACKEND: "postgres", BIND_ADDR: "nonsense" },
      serve({ kind: "memory" }, { host: "::1", port: 7 }),
    ],
    [
      "an embedded PostgreSQL although a database is named",
      [],
      { BACKEND: "embedded", DATABASE_URL: url },
      serve({ kind: "embedded", dataDir: "./leftfold-data" }),
    ],
    [
      "memory although a database is named",
      [],
      { BACKEND: "memory", DATABASE_URL: url },
      serve({ kind: "memory" }),
    ],
    ["a place to listen", [], { BIND_ADDR: "localhost:0" }, serve(embedded, { host: "localhost", port: 0 })],
    [
      "empty variables, which count as absent",
      [],
      { BACKEND: "", DATABASE_URL: "", BIND_ADDR: "" },
      serve(embedded),
    ],
    [
      "the other name of PostgreSQL's scheme",
      [],
      { DATABASE_URL: "postgresql://h/n" },
      serve({ kind: "postgres", databaseUrl: "postgresql://h/n" }),
    ],
    [
      "several hosts",
      [],
      { DATABASE_URL: "postgres://u:p@a:1,b:2/n" },
      serve({ kind: "postgres", databaseUrl: "postgres://u:p@a:1,b:2/n" }),
    ],
    ["a wish for help, whatever else", ["--help", "--backend=nonsense"], {}, { kind: "help" }],
    ["a wish for help, in short", ["-h"], {}, { kind: "help" }],
    ["a wish for the version", ["--version"], { BIND_ADDR: "nonsense" }, { kind: "version" }],
  ];

  test.each(rows)("may be %s", (_, argv, env, config) => {
    expect(readConfig(argv, env)).toEqual(config);
  });

  test.each([
    [["--backend", "sqlite"], {}, '--backend is "sqlite"; it must be one of embedded, postgres, memory.'],
    [[], { BACKEND: "Memory" }, 'BACKEND is "Memory"; it must be one of embedded, postgres, memory.'],
    [
      [],
      { BIND_ADDR: "50051" },
      'BIND_ADDR is "50051"; it must be host:port such as 0.0.0.0:50051 or [::1]:50051',
    ],
    [["--bind-addr="], {}, '--bind-addr is ""; it must be host:port'],
    [["--data-dir="], {}, '--data-dir is ""; it must be the path of a folder.'],
    [["--backend=postgres"], {}, '--backend is "postgres", but no database is named: set DATABASE_URL'],
    [[], { BACKEND: "postgres" }, 'BACKEND is "postgres", but no database is named'],
    [["--database-url", "mysql://user:secret@host/x"], {}, '--database-url is a URL of scheme "mysql"'],
    [
      [],
      { DATABASE_URL: "host=x password=secret" },
      "DATABASE_URL is no URL (not shown, as it may hold a password)",
    ],
    [["--database-url="], {}, "--database-url is no URL"],
    [["--bakend", "memory"], {}, "Unknown option '--bakend'"],
    [["memory"], {}, "Unexpected argument 'memory'"],
    [["--backend"], {}, "argument missing"],
  ] as const)("that are wrong (%j, %j) are named, with what is allowed", (argv, env, message) => {
    const read = (): Config => readConfig(argv, env);
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(message);
    expect(read).not.toThrow("secret");
  });
});

function serve(backend: (Config & { kind: "serve" })["backend"], bindAddr = everywhere): Config {
  return { kind: "serve", bindAddr, backend };
}
