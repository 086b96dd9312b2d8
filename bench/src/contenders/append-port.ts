import type { Contender, TestBed, Trial } from "../harness/benchmark.ts";
import type { Database } from "../postgres/database.ts";
import { Child } from "../processes/child.ts";
import type { Load, LoadReport } from "../processes/load-main.ts";
import { startServerProcess } from "../processes/server-process.ts";
import { tenantId } from "../workload/tenant.ts";
import { cpuAccounts } from "./append-trial.ts";

/** Unary gRPC `Append` calls through the server's port, from a lean client in a process of its own. */
export function appendPort(bed: TestBed, inFlight: number, shortPath: boolean): Contender {
  return {
    name: shortPath ? "short path" : "Connect's handler",
    about: `unary gRPC Append, ${inFlight} in flight, short path ${shortPath ? "on" : "off"}`,
    open: () => openTrial(bed, inFlight, shortPath),
  };
}

async function openTrial(bed: TestBed, inFlight: number, shortPath: boolean): Promise<Trial> {
  const { database, warmUpMs, measureMs, aggregates } = bed;
  const schema = database.freshSchema();
  const server = await startServerProcess({ databaseUrl: database.url, schema, shortPath });
  const generator = new Child("load generator", new URL("../processes/load-main.ts", import.meta.url));
  return {
    profiled: [generator, server.child],
    measure: async () => {
      // This process only waits; the generator is the client.
      const accounts = cpuAccounts(bed, [server.account]).filter(({ pid }) => pid !== process.pid);
      const load: Load = { url: server.url, tenantId, inFlight, aggregates, warmUpMs, measureMs, accounts };
      const { measured, answered } = await generator.ask<LoadReport>("load", load);
      await assertRecorded(database, schema, answered);
      return measured;
    },
    [Symbol.asyncDispose]: async () => {
      await generator[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      await database.dropSchema(schema);
    },
  };
}

/** The generator looks at answers no closer than it has to, so the log is asked whether they were true. */
async function assertRecorded({ sql }: Database, schema: string, answered: number): Promise<void> {
  const [row] = await sql.unsafe<{ head: string }[]>(`select head from "${schema}".tenants`);
  if (Number(row?.head) !== answered) {
    throw new Error(`The server acknowledged ${answered} appends, but its log has ${row?.head} events.`);
  }
}
