import { randomUUID } from "node:crypto";
import { snapshotStoreContract } from "@leftfold/testing";
import { postgresSnapshots } from "./postgres-snapshots.ts";

const url = process.env["DATABASE_URL"]!;
const schema = `contract_${randomUUID().replaceAll("-", "")}`;

snapshotStoreContract({
  name: "PostgreSQL",
  makeStores: async () => {
    const [tenantId, otherTenantId] = [randomUUID(), randomUUID()];
    const open = (id: string) => postgresSnapshots({ url, schema, tenantId: id });
    return {
      store: await open(tenantId),
      peer: await open(tenantId),
      otherTenant: await open(otherTenantId),
    };
  },
});
