import type { EventStoreBackend } from "@leftfold/core";
import { defaultLimits, InvalidArgumentError } from "@leftfold/core";
import { openTransport } from "#transport";
import { appendOptions } from "./append/append-options.ts";
import type { ConnectOptions } from "./connect-options.ts";
import { RemoteBackend } from "./remote-backend.ts";
import { systemClock } from "./retry/clock.ts";
import { retryPolicy } from "./retry/retry-policy.ts";
import { keepaliveOptions, type OpenTransport } from "./transport/transport-options.ts";
import { ConnectCalls } from "./wire/connect-calls.ts";

const readBytesMaxDefault = 64 * 1024 * 1024;
const idleTimeoutMsDefault = 30_000;

/**
 * The event stores of a Leftfold server, over the wire. Returns at once: the first call makes the
 * connection, and any later call makes it again after it broke.
 *
 * @throws `invalid-argument` for a base URL that is none, or an option out of its bounds.
 */
export function connect(options: ConnectOptions): EventStoreBackend {
  const { headers, clock = systemClock, idleTimeoutMs = idleTimeoutMsDefault } = options;
  const retry = retryPolicy(options.retry);
  const append = appendOptions(options.append);
  const { transport, close } = transportFor(options);
  return new RemoteBackend({
    calls: new ConnectCalls(transport, headers),
    closeTransport: close,
    retry,
    append,
    clock,
    idleTimeoutMs,
    limits: { ...defaultLimits, ...options.limits },
  });
}

function transportFor(options: ConnectOptions): OpenTransport {
  const { baseUrl, interceptors = [], readBytesMax = readBytesMaxDefault } = options;
  if (options.transport !== undefined) return { transport: options.transport, close: () => undefined };
  if (!/^https?:\/\//.test(baseUrl) || !URL.canParse(baseUrl)) {
    const limit = "a URL such as http://127.0.0.1:50051";
    throw new InvalidArgumentError([{ field: "baseUrl", value: JSON.stringify(baseUrl), limit }]);
  }
  return openTransport({
    baseUrl,
    interceptors,
    readBytesMax,
    keepalive: keepaliveOptions(options.keepalive),
  });
}
