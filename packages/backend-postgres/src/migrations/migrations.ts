import { eventStore } from "./0001-event-store.ts";
import { readModels } from "./0002-read-models.ts";
import { snapshotsAndLeases } from "./0003-snapshots-and-leases.ts";

/** A step from one version of the schema to the next. Never edited once released: its checksum is kept in the database. */
export interface Migration {
  /** 1, 2, 3, … */
  readonly version: number;
  readonly name: string;
  /** The SQL, for a schema given as a quoted identifier. */
  readonly sql: (schema: string) => string;
}

export const migrations: readonly Migration[] = [
  { version: 1, name: "event store", sql: eventStore },
  { version: 2, name: "read models", sql: readModels },
  { version: 3, name: "snapshots and leases", sql: snapshotsAndLeases },
];
