import type { Sql } from "postgres";
import { clientAndServer, columnByColumn, inProcess, readContenders } from "../contenders/read-contenders.ts";
import { count } from "../contenders/read-trial.ts";
import { type Benchmark, rateRatio } from "../harness/benchmark.ts";
import { columns } from "../postgres/column-table.ts";
import { tenantId } from "../workload/tenant.ts";

const pageSize = 1000;

export const readAll100k: Benchmark = {
  name: "read-all-100k",
  summary: "readAll of 100,000 events",
  unit: "event",
  targets: [rateRatio(inProcess, columnByColumn, 1.2), rateRatio(clientAndServer, columnByColumn, 0.6)],
  open: (bed) =>
    readContenders(
      bed,
      { aggregates: 100, eventsPerAggregate: 1000 },
      {
        ofStore: (store) => count(store.readAll()),
        ofColumns: selectAll,
      },
    ),
};

/** Every event, a page of columns after the other. */
export async function selectAll(sql: Sql, schema: string): Promise<number> {
  let counted = 0;
  let last = "0";
  for (;;) {
    const rows = await sql.unsafe<{ global_nonce: string }[]>(
      `select ${columns} from "${schema}".events where tenant_id = $1 and global_nonce > $2 ` +
        "order by global_nonce limit $3",
      [tenantId, last, pageSize],
      { prepare: true },
    );
    counted += rows.length;
    last = rows.at(-1)?.global_nonce ?? last;
    if (rows.length < pageSize) return counted;
  }
}
