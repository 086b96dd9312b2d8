import { InvalidArgumentError } from "@leftfold/core";

const plain = /^[a-z_][a-z0-9_]{0,50}$/;

/**
 * A schema's name as it stands in SQL.
 *
 * @throws `invalid-argument` unless it is made of lower-case letters, digits and underscores: names that mean the same with
 * and without quotes, and that leave room for what is derived from them.
 */
export function quoteIdentifier(name: string): string {
  if (plain.test(name)) return `"${name}"`;
  throw new InvalidArgumentError([
    {
      field: "schema",
      value: JSON.stringify(name),
      limit: "1 to 51 lower-case letters, digits and underscores, not starting with a digit",
    },
  ]);
}
