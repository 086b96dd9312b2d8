import { InvalidDefinitionError } from "../errors.ts";
import type { SnapshotPolicy } from "../snapshots.ts";

/** The parts of a definition that go by event type. */
interface NamedParts {
  readonly type: string;
  readonly events: object;
  readonly evolve: object;
  readonly upcasters?: object;
  readonly tags?: object;
}

/**
 * The definition's event types, in order.
 *
 * The compiler has seen to most of this where it was asked; plain JavaScript and assembled definitions come
 * here unseen.
 *
 * @throws `invalid-definition` when its parts do not speak of the same events.
 */
export function checkedNames({
  type,
  events,
  evolve,
  upcasters = {},
  tags = {},
}: NamedParts): readonly string[] {
  const names = Object.keys(evolve);
  const schemas = Object.keys(events);
  if (type === "") throw new InvalidDefinitionError("An aggregate's type is empty. Give it a name.");
  // Without any schema the events are plain types, of which only `evolve` has the names.
  if (schemas.length > 0) {
    requireSubset(type, "`evolve`", names, "`events`", schemas);
    requireSubset(type, "`events`", schemas, "`evolve`", names);
  }
  requireSubset(type, "`upcasters`", Object.keys(upcasters), "`evolve`", names);
  requireSubset(type, "`tags`", Object.keys(tags), "`evolve`", names);
  return names;
}

function requireSubset(
  type: string,
  part: string,
  names: readonly string[],
  of: string,
  known: readonly string[],
): void {
  const missing = names.filter((name) => !known.includes(name));
  if (missing.length === 0) return;
  throw new InvalidDefinitionError(
    `${part} of ${type} names ${missing.join(", ")}, which ${of} lacks. Both must name the same events.`,
  );
}

/** @throws `invalid-definition` for numbers that are no whole numbers from 1. */
export function checkPolicies(
  type: string,
  snapshot: SnapshotPolicy | undefined,
  stateVersion: number,
): void {
  requireCount(type, "stateVersion", stateVersion);
  if (snapshot !== undefined) requireCount(type, "snapshot.every", snapshot.every);
}

function requireCount(type: string, field: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new InvalidDefinitionError(`${field} of ${type} is ${value}. It must be a whole number from 1.`);
}
