import { type ArgumentViolation, InvalidArgumentError } from "./errors.ts";
import { nonceMax, uint32Max } from "./limits.ts";

const violationsMax = 20;
const shownCharsMax = 80;

/** Collects what is wrong with a request, so that the caller learns all of it at once. */
export class Findings {
  readonly #violations: ArgumentViolation[] = [];

  /** Notes that `field` holds `value` where only `limit` is allowed. */
  add(field: string, value: unknown, limit: string): void {
    this.describe(field, show(value), limit);
  }

  /** Notes what `field` holds, in words, where only `limit` is allowed. */
  describe(field: string, value: string, limit: string): void {
    if (this.#violations.length < violationsMax) this.#violations.push({ field, value, limit });
  }

  /** @throws `invalid-argument` when anything was noted. */
  throwIfAny(): void {
    if (this.#violations.length > 0) throw new InvalidArgumentError(this.#violations);
  }

  name(field: string, value: unknown, charsMax: number): void {
    const fault = nameFault(value, charsMax);
    if (fault) this.describe(field, fault.shown, fault.limit);
  }

  optionalName(field: string, value: unknown, charsMax: number): void {
    if (value !== undefined) this.name(field, value, charsMax);
  }

  /** A bigint from `min` to the largest nonce, or undefined. */
  optionalNonce(field: string, value: unknown, min: bigint): void {
    if (value === undefined) return;
    if (typeof value !== "bigint" || value < min || value > nonceMax) {
      this.add(field, value, `a bigint from ${min} to ${nonceMax}`);
    }
  }

  /** A whole number from 1 to what 32 bits hold, or undefined. */
  optionalCount(field: string, value: unknown): void {
    if (value === undefined) return;
    if (!Number.isInteger(value) || (value as number) < 1 || (value as number) > uint32Max) {
      this.add(field, value, `a whole number from 1 to ${uint32Max}`);
    }
  }

  oneOf(field: string, value: unknown, allowed: readonly unknown[]): void {
    if (!allowed.includes(value)) this.add(field, value, `one of ${allowed.map(show).join(", ")}`);
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for.
const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/;

function nameFault(value: unknown, charsMax: number): { shown: string; limit: string } | undefined {
  if (typeof value !== "string") return { shown: show(value), limit: "a string" };
  if (value.length === 0 || value.length > charsMax) {
    return {
      shown: `${show(value)} of ${value.length} characters`,
      limit: `1 to ${charsMax} characters long`,
    };
  }
  if (controlCharacter.test(value)) return { shown: show(value), limit: "free of control characters" };
  if (!value.isWellFormed())
    return { shown: show(value), limit: "well-formed Unicode, without lone surrogates" };
  return undefined;
}

function show(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "an invalid date" : value.toISOString();
  if (typeof value === "string") {
    return JSON.stringify(value.length > shownCharsMax ? `${value.slice(0, shownCharsMax)}…` : value);
  }
  if (typeof value === "function" || typeof value === "symbol") return typeof value;
  return (JSON.stringify(value) ?? String(value)).slice(0, shownCharsMax);
}
