import type { Sql } from "postgres";
import { textArray } from "./array-literal.ts";

const announceGapMs = 5;

/** What is heard of other processes' appends. */
export interface NotificationsOptions {
  /** What listens, on a connection of its own. */
  readonly listener: Sql;
  readonly sql: Sql;
  /** A quoted identifier. */
  readonly schema: string;
  /** A plain schema name. */
  readonly schemaName: string;
  readonly pollIntervalMs: number;
  /** The tenants that anybody here follows. */
  readonly followed: () => string[];
  readonly onHead: (tenantId: string, head: bigint) => void;
}

/**
 * Tells other processes of new heads, and hears of theirs. A notification is a hint that costs little and is sometimes lost; a
 * poll of all followed tenants at once makes up for it. What is announced is a number only: the data comes from the table.
 *
 * Announcements are made outside the append's transaction, since PostgreSQL commits notifying transactions one at a time,
 * and at most once in a while per tenant: the last head says it all.
 */
export class Notifications {
  readonly #options: NotificationsOptions;
  readonly #channel: string;
  readonly #announced = new Map<string, bigint>();
  #announcing = false;
  #polling = false;
  #timer: NodeJS.Timeout | undefined;
  #unlisten: (() => Promise<void>) | undefined;
  #closed = false;

  constructor(options: NotificationsOptions) {
    this.#options = options;
    this.#channel = `leftfold_${options.schemaName}`;
  }

  /** Resolves when it listens. */
  async start(): Promise<void> {
    const { listener, pollIntervalMs } = this.#options;
    // After a lost connection something may have been missed.
    const listening = await listener.listen(
      this.#channel,
      (payload) => this.#hear(payload),
      () => void this.poll(),
    );
    this.#unlisten = listening.unlisten;
    this.#timer = setInterval(() => void this.poll(), pollIntervalMs);
    this.#timer.unref();
  }

  announce(tenantId: string, head: bigint): void {
    this.#announced.set(tenantId, head);
    if (!this.#announcing) void this.#announceAll();
  }

  /** Asks for the heads of all followed tenants. While PostgreSQL is away, the next poll will do. */
  async poll(): Promise<void> {
    const { sql, schema, followed, onHead } = this.#options;
    const tenantIds = followed();
    if (this.#polling || this.#closed || tenantIds.length === 0) return;
    this.#polling = true;
    try {
      const rows = await sql.unsafe<{ tenant_id: string; head: string }[]>(
        `select tenant_id, head::text from ${schema}.tenants where tenant_id = any($1::text[])`,
        [textArray(tenantIds)],
        { prepare: true },
      );
      for (const row of rows) onHead(row.tenant_id, BigInt(row.head));
    } catch {
    } finally {
      this.#polling = false;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#unlisten?.().catch(() => undefined);
  }

  #hear(payload: string): void {
    const [, head, tenantId] = /^(\d+):(.+)$/s.exec(payload) ?? [];
    if (head !== undefined && tenantId !== undefined) this.#options.onHead(tenantId, BigInt(head));
  }

  async #announceAll(): Promise<void> {
    this.#announcing = true;
    while (this.#announced.size > 0 && !this.#closed) {
      const payloads = Array.from(this.#announced, ([tenantId, head]) => `${head}:${tenantId}`);
      this.#announced.clear();
      const { sql } = this.#options;
      // Not heard of means found by the next poll.
      await sql
        .unsafe(
          "select pg_notify($1, p) from unnest($2::text[]) as p",
          [this.#channel, textArray(payloads)],
          {
            prepare: true,
          },
        )
        .catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, announceGapMs).unref());
    }
    this.#announcing = false;
  }
}
