/** What gRPC's `grpc-timeout` holds in milliseconds: eight digits, about 28 hours. */
const timeoutMsMax = 99_999_999;

/**
 * A timeout as it can be sent along: whole milliseconds, at least one. A longer one is cut, and the call
 * then repeated.
 */
export function wireTimeoutMs(ms: number): number {
  return Math.min(Math.max(1, Math.ceil(ms)), timeoutMsMax);
}
