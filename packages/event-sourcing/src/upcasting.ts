import { InvalidDefinitionError } from "./errors.ts";

/** Makes data of one schema version into data of the next. Pure; its parameter states the older shape. */
export type Upcaster = (data: never) => unknown;

/**
 * Upcasters of each event type, by the version that they start from: `{ MoneyDeposited: { 1: … , 2: … } }`.
 * The version that is written is the one after the last.
 */
export type Upcasters<EventType extends string = string> = {
  readonly [K in EventType]?: Readonly<Record<number, Upcaster>>;
};

/** One event type's versions. */
export interface UpcasterChain {
  /** The version that is written: 1 when there are no upcasters. */
  readonly currentVersion: number;
  /** Brings data of an older version to the current one, step by step. */
  upcast(data: unknown, fromVersion: number): unknown;
}

const unversioned: UpcasterChain = Object.freeze({ currentVersion: 1, upcast: (data: unknown) => data });

/**
 * Checks an event type's upcasters and links them.
 *
 * @throws `invalid-definition` for a version that is no whole number from 1, and for a gap in the chain.
 */
export function upcasterChain(
  owner: string,
  eventType: string,
  upcasters: Readonly<Record<number, Upcaster>> | undefined,
): UpcasterChain {
  const names = Object.keys(upcasters ?? {});
  if (upcasters === undefined || names.length === 0) return unversioned;
  const steps: Upcaster[] = [];
  for (const name of names.map(version).sort((a, b) => a - b)) {
    const missing = steps.length + 1;
    if (name !== missing) {
      throw new InvalidDefinitionError(
        `The upcasters of ${eventType} of ${owner} go on from version ${name}, but none starts from version ` +
          `${missing}. Add it: every version from 1 must lead to the next.`,
      );
    }
    steps.push(upcasters[name]!);
  }
  return {
    currentVersion: steps.length + 1,
    upcast(data, fromVersion) {
      let current = data;
      // The parameter's type is the author's statement about the older data, as an event's type is about the
      // current.
      for (let i = fromVersion - 1; i < steps.length; i++) current = steps[i]!(current as never);
      return current;
    },
  };

  function version(name: string): number {
    const number = Number(name);
    if (Number.isSafeInteger(number) && number >= 1 && String(number) === name) return number;
    throw new InvalidDefinitionError(
      `An upcaster of ${eventType} of ${owner} starts from version ${JSON.stringify(name)}. ` +
        "Versions are whole numbers from 1.",
    );
  }
}
