import type { ConnectError, HandlerContext, ServiceImpl } from "@connectrpc/connect";
import type { EventStoreBackend } from "@leftfold/core";
import {
  type EncodedEventStore,
  type EventStoreService,
  encodedReads,
  readAllRequestFromWire,
  readAllResponseOf,
  readStreamRequestFromWire,
  readStreamResponseOf,
  subscribeRequestFromWire,
  subscribeResponseOf,
  toConnectError,
  type WireEncoding,
  wireEncodingOf,
} from "@leftfold/proto";
import type { AppendCalls } from "./append-calls.ts";
import type { ErrorReport } from "./error-report.ts";
import type { OpenStreams } from "./open-streams.ts";

export interface EventStoreServiceOptions {
  readonly backend: EventStoreBackend;
  readonly appends: AppendCalls;
  readonly streams: OpenStreams;
  readonly report: ErrorReport;
  /** Aborted, with the error that calls get from then on, when the server stops. */
  readonly stopping: AbortSignal;
}

/** The tenants' logs, as Connect serves them. */
export function eventStoreService(options: EventStoreServiceOptions): ServiceImpl<typeof EventStoreService> {
  const { backend, appends, streams, report, stopping } = options;

  const failed = (error: unknown, signal: AbortSignal): ConnectError => toConnectError(report(error, signal));

  /** Passes on a stream's batches as responses, and its failure as a status. */
  async function* respond<Batch, Response>(
    { signal, requestHeader }: HandlerContext,
    open: (signal: AbortSignal) => AsyncIterable<Batch>,
    responseOf: (batch: Batch, encoding: WireEncoding) => Response,
  ): AsyncGenerator<Response, void, undefined> {
    const encoding = wireEncodingOf(requestHeader.get("content-type"));
    try {
      for await (const batch of streams.run(signal, open)) yield responseOf(batch, encoding);
    } catch (error) {
      throw failed(error, signal);
    }
  }

  const reads = (tenantId: string): EncodedEventStore => encodedReads(backend.tenant(tenantId));

  return {
    append: (wire, { signal }) =>
      appends.append(wire, signal).catch((error: unknown) => {
        throw failed(error, signal);
      }),
    appendBatch: (wire, { signal }) =>
      appends.appendBatch(wire, signal).catch((error: unknown) => {
        throw failed(error, signal);
      }),
    readStream: (wire, context) =>
      respond(
        context,
        (signal) => {
          const { tenantId, request } = readStreamRequestFromWire(wire);
          return reads(tenantId).readStreamEncoded(request, { signal });
        },
        readStreamResponseOf,
      ),
    readAll: (wire, context) =>
      respond(
        context,
        (signal) => {
          const { tenantId, request } = readAllRequestFromWire(wire);
          return reads(tenantId).readAllEncoded(request, { signal });
        },
        readAllResponseOf,
      ),
    subscribe: (wire, context) =>
      respond(
        context,
        (signal) => {
          const { tenantId, request } = subscribeRequestFromWire(wire);
          return reads(tenantId).subscribeEncoded(request, { signal });
        },
        subscribeResponseOf,
      ),
    async getHead({ tenantId }, { signal }) {
      try {
        stopping.throwIfAborted();
        return { globalNonce: await backend.tenant(tenantId).head({ signal }) };
      } catch (error) {
        throw failed(error, signal);
      }
    },
  };
}
