// A bad network, for tests that run in Node: nothing here needs vitest.

export { type CommitCut, type CommitMoment, commitMoments, type SentStatement } from "./proxy/commit-cut.ts";
export type { NetworkProxy } from "./proxy/network-proxy.ts";
export { type PostgresTapOptions, postgresTap } from "./proxy/postgres-tap.ts";
export type { ProxyClock } from "./proxy/proxy-clock.ts";
export type { ByteCount, CutKind, Direction, ProxyConditions } from "./proxy/proxy-conditions.ts";
export type { ProxyTap, Verdict } from "./proxy/proxy-tap.ts";
export { type ProxyOptions, startProxy } from "./proxy/start-proxy.ts";
