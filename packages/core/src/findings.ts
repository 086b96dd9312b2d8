import { type ArgumentViolation, InvalidArgumentError } from "./errors.ts";
import { nonceMax, uint32Max } from "./limits.ts";
import { type Place, pathTo } from "./place.ts";
import { show } from "./show.ts";

const violationsMax = 20;

/**
 * Collects what is wrong with a request, so that the caller learns all of it at once, up to a bound.
 *
 * Each check takes the place of the object or list that is looked at, the field's name or the index in it,
 * and the value.
 */
export class Findings {
  readonly #violations: ArgumentViolation[] = [];

  /** Notes that a value was found where only `limit` is allowed. */
  add(outer: Place | undefined, key: string | number, value: unknown, limit: string): void {
    this.describe(outer, key, show(value), limit);
  }

  /** Notes what was found, in words, where only `limit` is allowed. */
  describe(outer: Place | undefined, key: string | number, found: string, limit: string): void {
    if (this.#violations.length >= violationsMax) return;
    this.#violations.push({ field: pathTo(outer, key), value: found, limit });
  }

  /** @throws `invalid-argument` when anything was noted. */
  throwIfAny(): void {
    if (this.#violations.length > 0) throw new InvalidArgumentError(this.#violations);
  }

  /** Whether the value is an object, whose fields can be looked at. */
  object(outer: Place | undefined, key: string | number, value: unknown): boolean {
    if (typeof value === "object" && value !== null) return true;
    this.add(outer, key, value, "an object");
    return false;
  }

  /** Whether the value is a list of `min` to `max` entries, which can be looked at. */
  list(outer: Place | undefined, key: string, value: unknown, min: number, max: number): boolean {
    if (Array.isArray(value) && value.length >= min && value.length <= max) return true;
    this.add(outer, key, value, min > 0 ? `a list of ${min} to ${max}` : `a list of at most ${max}`);
    return false;
  }

  /** A name of 1 to `charsMax` characters. */
  name(outer: Place | undefined, key: string | number, value: unknown, charsMax: number): void {
    if (typeof value !== "string") {
      this.add(outer, key, value, "a string");
    } else if (value.length === 0 || value.length > charsMax) {
      const found = `${show(value)} of ${value.length} characters`;
      this.describe(outer, key, found, `1 to ${charsMax} characters long`);
    } else if (controlCharacter.test(value)) {
      this.add(outer, key, value, "free of control characters");
    } else if (!value.isWellFormed()) {
      this.add(outer, key, value, "well-formed Unicode, without lone surrogates");
    }
  }

  /** A name, or undefined. */
  optionalName(outer: Place | undefined, key: string, value: unknown, charsMax: number): void {
    if (value !== undefined) this.name(outer, key, value, charsMax);
  }

  /** A bigint from `min` to the largest nonce. */
  nonce(outer: Place | undefined, key: string, value: unknown, min: bigint): void {
    if (typeof value === "bigint" && value >= min && value <= nonceMax) return;
    this.add(outer, key, value, `a bigint from ${min} to ${nonceMax}`);
  }

  /** A bigint from `min` to the largest nonce, or undefined. */
  optionalNonce(outer: Place | undefined, key: string, value: unknown, min: bigint): void {
    if (value !== undefined) this.nonce(outer, key, value, min);
  }

  /** A whole number from 1 to what 32 bits hold, or undefined. */
  optionalCount(outer: Place | undefined, key: string, value: unknown): void {
    if (value !== undefined) this.count(outer, key, value, uint32Max);
  }

  /** A whole number from 1 to `max`. */
  count(outer: Place | undefined, key: string, value: unknown, max: number): void {
    if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= max) return;
    this.add(outer, key, value, `a whole number from 1 to ${max}`);
  }

  /** One of a few values. */
  oneOf(outer: Place | undefined, key: string, value: unknown, allowed: readonly unknown[]): void {
    if (!allowed.includes(value)) this.add(outer, key, value, `one of ${allowed.map(show).join(", ")}`);
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for.
const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/;
