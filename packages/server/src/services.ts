import type { DescService } from "@bufbuild/protobuf";
import type { ConnectRouter } from "@connectrpc/connect";
import { compressionBrotli, compressionGzip } from "@connectrpc/connect-node";
import { EventStoreService, Health, ServerReflectionV1, ServerReflectionV1Alpha } from "@leftfold/proto";
import { Admission } from "./admission.ts";
import { AppendCalls } from "./append-calls.ts";
import { connectListener, type ExchangeListener } from "./connect-listener.ts";
import { defaultLog } from "./default-log.ts";
import { DescriptorIndex } from "./descriptor-index.ts";
import { type ErrorReport, errorReport } from "./error-report.ts";
import { eventStoreService } from "./event-store-service.ts";
import { healthService } from "./health-service.ts";
import { OpenStreams } from "./open-streams.ts";
import { ReadCalls } from "./read-calls.ts";
import { headProbe, ReadinessCheck } from "./readiness.ts";
import { reflectionService } from "./reflection-service.ts";
import type { RequestBounds } from "./request-bounds.ts";
import { defaultServerLimits, type ServerLimits, type ServerOptions } from "./server-options.ts";
import { TextPages } from "./text-pages.ts";
import { version } from "./version.ts";

const services: readonly DescService[] = [
  EventStoreService,
  Health,
  ServerReflectionV1,
  ServerReflectionV1Alpha,
];

/** All that the server does with a request, whichever way it came in. */
export interface Services {
  readonly limits: ServerLimits;
  readonly appends: AppendCalls;
  readonly reads: ReadCalls;
  readonly bounds: RequestBounds;
  readonly report: ErrorReport;
  /** Serves calls through Connect, and everything else as pages. */
  readonly listener: ExchangeListener;
}

/** @param stopping is aborted, with the error that calls get from then on, when the server stops. */
export function createServices(options: ServerOptions, stopping: AbortSignal): Services {
  const { backend, log = defaultLog() } = options;
  const limits = { ...defaultServerLimits, ...options.limits };
  const { retryDelayMs } = limits;
  const inFlight = new Admission("appends in flight", limits.appendsInFlightMax, retryDelayMs);
  const held = new Admission("bytes of requests in hand", limits.requestBytesHeldMax, retryDelayMs);
  const report = errorReport(log);
  const appends = new AppendCalls({ backend, inFlight, report, stopping });
  const streams = new OpenStreams(new Admission("streams open", limits.streamsMax, retryDelayMs), stopping);
  const reads = new ReadCalls(backend, streams);
  const readiness = new ReadinessCheck({
    probe: options.readinessProbe ?? headProbe(backend),
    timeoutMs: options.readinessTimeoutMs ?? 2000,
    validMs: options.readinessValidMs ?? 1000,
    stopping,
  });
  const index = new DescriptorIndex(services);
  const pages = new TextPages({ readiness, version, services: index.serviceNames });
  const bounds = { held, requestBytesMax: limits.requestBytesMax };
  const reflection = reflectionService(index, streams);
  const watchMs = options.healthWatchMs ?? 5000;
  const routes = (router: ConnectRouter): void => {
    router.service(EventStoreService, eventStoreService({ backend, appends, reads, report, stopping }));
    router.service(
      Health,
      healthService({ readiness, streams, services: new Set(index.serviceNames), stopping, watchMs }),
    );
    router.service(ServerReflectionV1, reflection).service(ServerReflectionV1Alpha, reflection);
  };
  const listener = connectListener({
    routes,
    router: {
      readMaxBytes: limits.requestBytesMax,
      writeMaxBytes: responseBytesMax,
      // Requests may come compressed. Responses never are: it would cost more than all the rest of a read.
      acceptCompression: [compressionGzip, compressionBrotli],
      compressMinBytes: responseBytesMax,
    },
    bounds,
    log,
    // A client that leaves while its page is being made makes the answer fail, and nothing else.
    otherwise: (request, response) => void pages.answer(request, response).catch(() => response.destroy()),
  });
  return { limits, appends, reads, bounds, report, listener };
}

/** What protobuf and Node can make at most; batches are far smaller. */
const responseBytesMax = 2 ** 32 - 1;
