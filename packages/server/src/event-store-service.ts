import type { ConnectError, HandlerContext, ServiceImpl } from "@connectrpc/connect";
import { type EventStoreBackend, EventStoreError } from "@leftfold/core";
import {
  type AppendRequest,
  appendOutcomeToWire,
  appendRequestFromWire,
  appendResultToWire,
  type EventStoreService,
  readAllResponseOf,
  readStreamResponseOf,
  subscribeResponseOf,
  type TenantAppend,
  toConnectError,
  type WireEncoding,
  wireEncodingOf,
} from "@leftfold/proto";
import type { AppendCalls } from "./append-calls.ts";
import type { ErrorReport } from "./error-report.ts";
import type { ReadCalls } from "./read-calls.ts";

export interface EventStoreServiceOptions {
  readonly backend: EventStoreBackend;
  readonly appends: AppendCalls;
  readonly reads: ReadCalls;
  readonly report: ErrorReport;
  /** Aborted, with the error that calls get from then on, when the server stops. */
  readonly stopping: AbortSignal;
}

/** The tenants' logs, as Connect serves them. */
export function eventStoreService(options: EventStoreServiceOptions): ServiceImpl<typeof EventStoreService> {
  const { backend, appends, reads, report, stopping } = options;

  const failed = (error: unknown, signal: AbortSignal): ConnectError => toConnectError(report(error, signal));

  /** Passes on a stream's batches as responses, and its failure as a status. */
  async function* respond<Batch, Response>(
    { signal, requestHeader }: HandlerContext,
    open: (signal: AbortSignal) => AsyncIterable<Batch>,
    responseOf: (batch: Batch, encoding: WireEncoding) => Response,
  ): AsyncGenerator<Response, void, undefined> {
    const encoding = wireEncodingOf(requestHeader.get("content-type"));
    try {
      for await (const batch of open(signal)) yield responseOf(batch, encoding);
    } catch (error) {
      throw failed(error, signal);
    }
  }

  return {
    async append(wire, { signal }) {
      try {
        return appendResultToWire(await appends.append(appendRequestFromWire(wire), signal));
      } catch (error) {
        throw failed(error, signal);
      }
    },
    async appendBatch(wire, { signal }) {
      try {
        const outcomes = await appends.appendBatch(wire.appends.map(appendOrError), signal);
        return { outcomes: outcomes.map(appendOutcomeToWire) };
      } catch (error) {
        throw failed(error, signal);
      }
    },
    readStream: (wire, context) =>
      respond(context, (signal) => reads.readStream(wire, signal), readStreamResponseOf),
    readAll: (wire, context) => respond(context, (signal) => reads.readAll(wire, signal), readAllResponseOf),
    subscribe: (wire, context) =>
      respond(context, (signal) => reads.subscribe(wire, signal), subscribeResponseOf),
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

/** An append that cannot be read is its own failure, and not the batch's. */
function appendOrError(wire: AppendRequest): TenantAppend | EventStoreError {
  try {
    return appendRequestFromWire(wire);
  } catch (error) {
    return EventStoreError.from(error);
  }
}
