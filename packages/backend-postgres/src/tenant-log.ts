import { randomUUID } from "node:crypto";
import type { Sql } from "postgres";
import type { QueueBounds } from "./append-queue.ts";
import { LogHub } from "./log-hub.ts";
import { logPages } from "./log-pages.ts";
import { postgresLogStorage } from "./postgres-log-storage.ts";
import type { LogTable } from "./read-page.ts";
import { Sequencer } from "./sequencer.ts";

export interface TenantLogOptions extends LogTable {
  readonly lane: Sql;
  readonly bounds: QueueBounds;
  readonly clock: () => Date;
  readonly newEventId: () => string;
  /** Called after each commit, with the new head. */
  readonly onHead: (head: bigint) => void;
}

/** All that this process holds of one tenant: who orders its appends, and who follows its log. */
export class TenantLog {
  readonly table: LogTable;
  readonly sequencer: Sequencer;
  readonly hub: LogHub;
  /** When it was last asked for, by a clock of its own kind. */
  lastUsedMs = 0;

  constructor(options: TenantLogOptions) {
    const { sql, schema, tenantId, lane, bounds, clock, newEventId, onHead } = options;
    this.table = { sql, schema, tenantId };
    this.hub = new LogHub(logPages(this.table));
    this.sequencer = new Sequencer({
      tenantId,
      storage: postgresLogStorage({ tenantId, schema, lane, pool: sql }),
      bounds,
      clock,
      newEventId,
      newStamp: randomUUID,
      wantsEvents: () => this.hub.isActive,
      onCommitted: (commit) => {
        this.hub.accept(commit);
        onHead(commit.lastGlobalNonce);
      },
    });
  }

  /** Whether nothing is going on, so that it can be let go without anybody noticing. */
  get isIdle(): boolean {
    return this.sequencer.isIdle && !this.hub.isActive;
  }
}
