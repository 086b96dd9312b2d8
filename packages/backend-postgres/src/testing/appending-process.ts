// A process that appends until it is killed, and says what was acknowledged: one line each, "writer i firstGlobalNonce".
import { writeSync } from "node:fs";
import { noStream } from "@leftfold/core";
import { anAggregate } from "@leftfold/testing";
import { postgresBackend } from "../postgres-backend.ts";

const [, , url, schema, round] = process.argv;
const backend = await postgresBackend({ url: url!, schema: schema! });
const store = backend.tenant("t");

for (let writer = 0; writer < 8; writer++) void write(writer);

async function write(writer: number): Promise<void> {
  for (let i = 0; ; i++) {
    const aggregateId = `${round}-${writer}-${i}`;
    const { firstGlobalNonce } = await store.append({
      appends: ["left", "right"].map((aggregateType) =>
        anAggregate({ aggregateType, aggregateId, expected: noStream }),
      ),
    });
    writeSync(1, `${aggregateId} ${firstGlobalNonce}\n`);
  }
}
