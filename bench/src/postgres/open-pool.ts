import { connect } from "node:net";
import postgres, { type Sql } from "postgres";

/** A pool whose connections are all there already, so that no run pays for the handshakes of its own. */
export async function openPool(url: string, connections: number, schema?: string): Promise<Sql> {
  const options = {
    // As the store's own connections do: what is sent does not wait for what was sent before to be acknowledged.
    socket: ({ host: [host], port: [port] }: { host: string[]; port: number[] }) =>
      connect({ host: host!, port: port!, noDelay: true }),
    max: connections,
    onnotice: () => undefined,
    ...(schema !== undefined && { connection: { search_path: schema } }),
  };
  const pool = postgres(url, options);
  await Promise.all(Array.from({ length: connections }, () => pool`select 1`));
  return pool;
}
