import type { PostgresType } from "postgres";

/**
 * Bytes, by the hexadecimal digits that they travel as. A class of its own: a connection that was opened without {@link bytea} refuses
 * it, where it would take a string's letters for the bytes.
 */
export class HexBytes {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }
}

const oid = 17;
const prefix = "\\x";

/** `bytea` for the driver. Its own makes digits of bytes; here they may be digits already. */
export const bytea: PostgresType<Uint8Array | HexBytes> = {
  to: oid,
  from: [oid],
  serialize: (value: Uint8Array | HexBytes) =>
    prefix + (value instanceof HexBytes ? value.digits : Buffer.from(value).toString("hex")),
  parse: (text: string) => Buffer.from(text.slice(prefix.length), "hex"),
};
