import { defaultBindAddr } from "./bind-addr.ts";
import { defaultDataDir } from "./config.ts";

export const helpText: string = `leftfold-server: the Leftfold event store server

Usage: leftfold-server [settings]

  --backend <kind>       where events are kept: embedded, postgres or memory      BACKEND
                         embedded, a PostgreSQL of its own, unless a database is named
  --database-url <url>   the database: postgres://user:password@host:5432/name    DATABASE_URL
  --data-dir <path>      the folder of the embedded PostgreSQL                    DATA_DIR
                         ${defaultDataDir} unless given
  --bind-addr <addr>     where to listen: host:port or [v6]:port, 0 for any port  BIND_ADDR
                         ${defaultBindAddr} unless given
  -h, --help             this text
  -v, --version          the version

On the right: the environment variable of the same meaning. A setting on the command line wins.
`;
