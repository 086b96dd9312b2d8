import { randomUUID } from "node:crypto";
import { readModelStoreContract } from "@leftfold/testing";
import { postgresReadModels } from "./postgres-read-models.ts";

const url = process.env["DATABASE_URL"]!;
const schema = `contract_${randomUUID().replaceAll("-", "")}`;

readModelStoreContract({
  name: "PostgreSQL",
  makeStores: async () => {
    const [tenantId, otherTenantId] = [randomUUID(), randomUUID()];
    const open = (id: string) => postgresReadModels({ url, schema, tenantId: id });
    return {
      store: await open(tenantId),
      peer: await open(tenantId),
      otherTenant: await open(otherTenantId),
    };
  },
});
