import type { ReadModel } from "@leftfold/core";
import { InvalidDefinitionError } from "../errors.ts";

/** Names of what belongs to a projection end in `:` and a word; so much is left for them. */
const nameCharsMax = 200;

/** @throws `invalid-definition` for a name or a version that is none. */
export function readModelOf(name: string, version: number, indexes?: readonly string[]): ReadModel {
  if (name.length < 1 || name.length > nameCharsMax || name.includes(":"))
    throw new InvalidDefinitionError(
      `${JSON.stringify(name)} is no name of a projection: take 1 to ${nameCharsMax} characters without a colon.`,
    );
  if (!Number.isSafeInteger(version) || version < 1)
    throw new InvalidDefinitionError(`Version ${version} of ${name} is none: take a whole number from 1.`);
  return { name, version, ...(indexes && { indexes }) };
}
