import type { ClientNode } from "./client-node.ts";
import type { PostgresNode } from "./postgres-node.ts";
import type { ServerNode } from "./server-node.ts";
import type { Way } from "./way.ts";

/** The processes and connections of one run: what faults can reach. */
export interface World {
  readonly postgres: PostgresNode;
  /** The servers of this run, all of which serve its tenants. */
  readonly servers: readonly ServerNode[];
  /** Client `i` calls server `i` modulo the number of servers. */
  readonly clients: readonly ClientNode[];
  readonly tenantIds: readonly string[];
  /** Server `i` reaches PostgreSQL by way `i`. */
  readonly postgresWays: readonly Way[];
  /** Client `i` reaches its server by way `i`. */
  readonly serverWays: readonly Way[];
}
