export type { BindAddr } from "./bind-addr.ts";
export type { CorsOrigins } from "./cors.ts";
export type { ServerLog } from "./error-report.ts";
export type { ReadinessProbe } from "./readiness.ts";
export { defaultServerLimits, type ServerLimits, type ServerOptions } from "./server-options.ts";
export { type Server, startServer } from "./start-server.ts";
