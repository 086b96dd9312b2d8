import { STATUS_CODES } from "node:http";
import { ConcurrencyConflictError, EventStoreError, InvalidArgumentError } from "@leftfold/core";
import { CommandRejectedError } from "@leftfold/event-sourcing";
import { ZodError } from "zod";

/** Why a request was not done, for programs and for people: problem details, as RFC 9457 has them. */
export interface Problem {
  /** Names the kind of problem; programs go by it. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** What it was this time. */
  readonly detail: string;
  readonly [extension: string]: unknown;
}

/** A request that is refused before it gets to the bank. */
export class Refusal extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }
}

// #region statuses
/** The bank's reasons speak of accounts and money. Only here they become HTTP. */
const statusOfRejection = new Map([
  ["no-such-account", 404],
  ["already-opened", 409],
  ["insufficient-funds", 409],
  ["same-account", 422],
]);

export function problemOf(error: unknown): Problem {
  if (error instanceof CommandRejectedError) {
    const status = statusOfRejection.get(error.rejection) ?? 422;
    return problem(status, error.rejection, error.message, { rejection: error.detail });
  }
  if (error instanceof ZodError) return problem(400, "invalid-request", complaints(error));
  if (error instanceof InvalidArgumentError) return problem(400, error.code, error.message);
  if (error instanceof Refusal) return problem(error.status, titleOf(error.status), error.message);
  // Others were faster every time, or something is away for a moment: the same request is worth another try.
  if (error instanceof ConcurrencyConflictError || (error instanceof EventStoreError && error.retryable))
    return problem(503, error.code, error.message);
  // What nobody foresaw is nobody else's business.
  return problem(500, "internal", "Something went wrong here. It is in our log.");
}
// #endregion statuses

function problem(status: number, code: string, detail: string, more: object = {}): Problem {
  const name = code.toLowerCase().replaceAll(/[^a-z]+/g, "-");
  const words = name.replaceAll("-", " ");
  return {
    type: `/problems/${name}`,
    title: words.charAt(0).toUpperCase() + words.slice(1),
    status,
    detail,
    ...more,
  };
}

function titleOf(status: number): string {
  return STATUS_CODES[status] ?? "refused";
}

function complaints({ issues }: ZodError): string {
  return issues.map(({ path, message }) => [...path, message].join(": ")).join("; ");
}
