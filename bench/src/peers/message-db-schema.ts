import { readFile } from "node:fs/promises";
import postgres from "postgres";

/** What its own `install.sh` runs, but for the role, the privileges and the views. */
const files = [
  "schema/message-store",
  "types/message",
  "tables/messages",
  ...[
    "message-store-version",
    "hash-64",
    "acquire-lock",
    "category",
    "is-category",
    "id",
    "cardinal-id",
    "stream-version",
    "write-message",
    "get-stream-messages",
    "get-category-messages",
    "get-last-stream-message",
  ].map((name) => `functions/${name}`),
  "indexes/messages-id",
  "indexes/messages-stream",
  "indexes/messages-category",
];

/**
 * Installs message-db in a schema of that name rather than `message_store`, so that it meets no other.
 *
 * @param schema a plain identifier that needs no quotes.
 */
export async function installMessageDb(url: string, schema: string): Promise<void> {
  const folder = new URL("./database/", import.meta.resolve("@eventide/message-db/package.json"));
  const sql = postgres(url, { max: 1, onnotice: () => {}, connection: { search_path: schema } });
  try {
    for (const file of files) {
      const text = await readFile(new URL(`${file}.sql`, folder), "utf8");
      await sql.unsafe(namedAs(schema, text));
    }
  } finally {
    await sql.end();
  }
}

/** Its files with another name of the schema; settings such as `'message_store.debug'` stay what they are. */
function namedAs(schema: string, text: string): string {
  return text
    .replaceAll(/(?<!')\bmessage_store\./g, `${schema}.`)
    .replaceAll("SCHEMA IF NOT EXISTS message_store", `SCHEMA IF NOT EXISTS ${schema}`);
}
