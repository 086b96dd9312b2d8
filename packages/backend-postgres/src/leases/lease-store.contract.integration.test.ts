import { randomUUID } from "node:crypto";
import { leaseStoreContract } from "@leftfold/testing";
import { postgresLeases } from "./postgres-leases.ts";

const url = process.env["DATABASE_URL"]!;
const schema = `contract_${randomUUID().replaceAll("-", "")}`;

leaseStoreContract({
  name: "PostgreSQL",
  makeStores: async () => {
    const [tenantId, otherTenantId] = [randomUUID(), randomUUID()];
    const open = (id: string) => postgresLeases({ url, schema, tenantId: id });
    return {
      store: await open(tenantId),
      peer: await open(tenantId),
      otherTenant: await open(otherTenantId),
    };
  },
});
