// What can be tuned.
export type { AppendOptions } from "./append/append-options.ts";
export { connect } from "./connect.ts";
export type { CallHeaders, ConnectOptions } from "./connect-options.ts";
// For tests.
export type { Clock } from "./retry/clock.ts";
export type { RetryPolicy } from "./retry/retry-policy.ts";
export type { KeepaliveOptions } from "./transport/transport-options.ts";
