import type { ReadModelId, ReadModelPage, ReadModelQuery, ReadModelStore } from "@leftfold/core";
import { TenantStores } from "../tenant-stores.ts";

/** A cursor that a page came with, and what it was a page of. */
export interface KnownCursor {
  readonly tenant: number;
  readonly model: ReadModelId;
  readonly query: ReadModelQuery;
  readonly cursor: string;
}

/** One implementation's read models while a sequence runs, and the cursors that were given. */
export class ReadModelSide extends TenantStores<ReadModelStore> {
  readonly cursors: KnownCursor[] = [];

  async find(tenant: number, model: ReadModelId, query: ReadModelQuery): Promise<ReadModelPage> {
    const page = await this.store(tenant).find(model, query);
    for (const cursor of [page.next, page.previous]) {
      if (cursor !== undefined) this.cursors.push({ tenant, model, query, cursor });
    }
    return page;
  }
}
