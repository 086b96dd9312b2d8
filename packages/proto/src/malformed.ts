import { InternalError } from "@leftfold/core";

/**
 * The error for bytes that are not what they should be: they were cut, mixed up, or made by something else.
 */
export function malformed(what: string, options?: ErrorOptions): InternalError {
  const message = `The encoded events cannot be read: ${what}. They were cut or altered on their way.`;
  return new InternalError({ ...options, message });
}
