import type { ConnectRouter, HandlerContext } from "@connectrpc/connect";
import {
  type CallOptions,
  type EventStoreBackend,
  EventStoreError,
  type RecordedEvent,
} from "@leftfold/core";
import {
  appendOutcomeToWire,
  appendRequestFromWire,
  EventStoreService,
  readAllRequestFromWire,
  readStreamRequestFromWire,
  recordedEventToWire,
  subscribeRequestFromWire,
  toConnectError,
} from "@leftfold/proto";

/** Where a test can step in between the store and the wire. */
export interface ServiceHooks {
  /** Called when a call comes in, before anything is done. */
  readonly received?: ((call: string, context: HandlerContext) => Promise<void> | void) | undefined;
  /** Called when appends were processed, before they are answered, with the number of appends in the call. */
  readonly processed?: ((appends: number) => Promise<void> | void) | undefined;
  /** What a wait for messages of a subscription may give in their place. */
  readonly eventsPerMessage?: number | undefined;
}

/** The wire's service over a backend: plainly, message by message, as the contract says. */
export function serveBackend(
  backend: EventStoreBackend,
  hooks: ServiceHooks = {},
): (router: ConnectRouter) => void {
  const { eventsPerMessage = 100 } = hooks;
  const received = async (call: string, context: HandlerContext): Promise<CallOptions> => {
    await hooks.received?.(call, context);
    return { signal: context.signal };
  };
  const events = async function* (source: AsyncIterable<RecordedEvent>) {
    for await (const batch of batches(source, eventsPerMessage))
      yield { events: batch.map(recordedEventToWire) };
  };
  return (router) =>
    router.service(EventStoreService, {
      appendBatch: (wire, context) =>
        answered(async () => {
          const options = await received("appendBatch", context);
          const outcomes = wire.appends.map(async (append) => {
            const { tenantId, request } = appendRequestFromWire(append);
            return backend.tenant(tenantId).append(request, options);
          });
          const settled = await Promise.all(outcomes.map((outcome) => outcome.catch(EventStoreError.from)));
          await hooks.processed?.(settled.length);
          return { outcomes: settled.map(appendOutcomeToWire) };
        }),
      getHead: (wire, context) =>
        answered(async () => {
          const options = await received("getHead", context);
          return { globalNonce: await backend.tenant(wire.tenantId).head(options) };
        }),
      readStream: (wire, context) =>
        streamed(async function* () {
          const options = await received("readStream", context);
          const { tenantId, request } = readStreamRequestFromWire(wire);
          yield* events(backend.tenant(tenantId).readStream(request, options));
        }),
      readAll: (wire, context) =>
        streamed(async function* () {
          const options = await received("readAll", context);
          const { tenantId, request } = readAllRequestFromWire(wire);
          yield* events(backend.tenant(tenantId).readAll(request, options));
        }),
      subscribe: (wire, context) =>
        streamed(async function* () {
          const options = await received("subscribe", context);
          const { tenantId, request } = subscribeRequestFromWire(wire);
          for await (const message of backend.tenant(tenantId).subscribe(request, options)) {
            if (message.kind === "event") {
              const batch = { events: [recordedEventToWire(message.event)] };
              yield { message: { case: "batch" as const, value: batch } };
            } else {
              yield { message: { case: message.kind, value: message.globalNonce } };
            }
          }
        }),
    });
}

async function answered<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toConnectError(error);
  }
}

async function* streamed<T>(call: () => AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    yield* call();
  } catch (error) {
    throw toConnectError(error);
  }
}

async function* batches(source: AsyncIterable<RecordedEvent>, size: number): AsyncGenerator<RecordedEvent[]> {
  let batch: RecordedEvent[] = [];
  for await (const event of source) {
    batch.push(event);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
