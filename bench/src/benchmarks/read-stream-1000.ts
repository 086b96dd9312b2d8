import type { Sql } from "postgres";
import { clientAndServer, columnByColumn, inProcess, readContenders } from "../contenders/read-contenders.ts";
import { count } from "../contenders/read-trial.ts";
import { type Benchmark, rateRatio } from "../harness/benchmark.ts";
import { columns } from "../postgres/column-table.ts";
import { aggregateType } from "../workload/aggregate-choice.ts";
import { readAggregateId } from "../workload/read-log.ts";
import { tenantId } from "../workload/tenant.ts";

const aggregates = 100;
const eventsPerAggregate = 1000;

export const readStream1000: Benchmark = {
  name: "read-stream-1000",
  summary: `readStream of ${eventsPerAggregate} events, one stream after the other of ${aggregates}`,
  unit: "event",
  targets: [rateRatio(inProcess, columnByColumn, 1.2), rateRatio(clientAndServer, columnByColumn, 0.6)],
  open: (bed) => {
    let next = 0;
    const nextId = (): string => readAggregateId(next++ % aggregates);
    return readContenders(
      bed,
      { aggregates, eventsPerAggregate },
      {
        ofStore: (store) => count(store.readStream({ aggregateType, aggregateId: nextId() })),
        ofColumns: (sql, schema) => selectStream(sql, schema, nextId()),
      },
    );
  },
};

async function selectStream(sql: Sql, schema: string, aggregateId: string): Promise<number> {
  const rows = await sql.unsafe(
    `select ${columns} from "${schema}".events where tenant_id = $1 and aggregate_type = $2 ` +
      `and aggregate_id = $3 and aggregate_nonce > $4 order by aggregate_nonce limit $5`,
    [tenantId, aggregateType, aggregateId, 0, eventsPerAggregate],
    { prepare: true },
  );
  return rows.length;
}
