import postgres, { type Sql } from "postgres";

/** A pool whose connections are all there already, so that no run pays for the handshakes of its own. */
export async function openPool(url: string, connections: number, schema?: string): Promise<Sql> {
  const pool = postgres(url, {
    max: connections,
    onnotice: () => undefined,
    ...(schema !== undefined && { connection: { search_path: schema } }),
  });
  await Promise.all(Array.from({ length: connections }, () => pool`select 1`));
  return pool;
}
