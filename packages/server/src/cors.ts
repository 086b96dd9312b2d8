import { cors as connectCors } from "@connectrpc/connect";
import { type NodeRequest, type NodeResponse, reply } from "./node-exchange.ts";

/** Which web pages may call the server from a browser: those of the given origins, or all of them. */
export type CorsOrigins = "*" | readonly string[];

const allowedMethods = connectCors.allowedMethods.join(", ");
const allowedHeaders = connectCors.allowedHeaders.join(", ");
const exposedHeaders = connectCors.exposedHeaders.join(", ");
const preflightValidSeconds = 7200;

/**
 * Lets web pages of the given origins call, and read what comes back. A request without an origin comes from
 * no browser and is not concerned.
 *
 * @returns true when the request was a browser's question before the call, which is answered with that.
 */
export function applyCors(origins: CorsOrigins, request: NodeRequest, response: NodeResponse): boolean {
  const { origin, "access-control-request-headers": askedHeaders } = request.headers;
  if (origin === undefined || (origins !== "*" && !origins.includes(origin))) return false;
  response.setHeader("access-control-allow-origin", origins === "*" ? "*" : origin);
  // A cache between must not give one origin's answer to another.
  if (origins !== "*") response.setHeader("vary", "origin");
  if (request.method !== "OPTIONS") {
    response.setHeader("access-control-expose-headers", exposedHeaders);
    return false;
  }
  reply(response, 204, {
    "access-control-allow-methods": allowedMethods,
    // A page may send any header: nothing here is trusted for its name alone.
    "access-control-allow-headers": askedHeaders ?? allowedHeaders,
    "access-control-max-age": String(preflightValidSeconds),
  });
  return true;
}
