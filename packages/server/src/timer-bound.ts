import { parseTimeout } from "@connectrpc/connect/protocol-grpc";

/** The longest time that Node's timers take, almost 25 days; a longer one would pass at once. */
export const timerMsMax: number = 2 ** 31 - 1;

/**
 * Removes a deadline that is longer than timers take: to the call it is as good as none, and Connect's timer
 * would end the call at once. One that cannot be read stays, for Connect to refuse.
 */
export function dropEndlessTimeout(header: Headers): void {
  const { timeoutMs = 0 } = parseTimeout(header.get("grpc-timeout"), Number.MAX_SAFE_INTEGER);
  if (timeoutMs > timerMsMax) header.delete("grpc-timeout");
  const connectTimeout = header.get("connect-timeout-ms");
  // The protocol allows ten digits.
  if (connectTimeout !== null && /^\d{10}$/.test(connectTimeout) && Number(connectTimeout) > timerMsMax) {
    header.delete("connect-timeout-ms");
  }
}
