import { type Client, createClient, type Transport } from "@connectrpc/connect";
import {
  type FollowMessage,
  InternalError,
  type ReadAllRequest,
  type ReadStreamRequest,
  type RecordedEvent,
  type SubscribeRequest,
} from "@leftfold/core";
import {
  type AppendBatchRequest,
  appendOutcomeFromWire,
  appendResultFromWire,
  eventsOf,
  followMessageOf,
  RawEventStoreService,
  readAllRequestToWire,
  readStreamRequestToWire,
  subscribeRequestToWire,
  type AppendRequest as WireAppendRequest,
} from "@leftfold/proto";
import type { AppendOutcome } from "../append/append-coalescer.ts";
import type { CallHeaders, ConnectOptions } from "../connect-options.ts";
import { callError, isCut } from "./call-error.ts";
import type { CallInit, EventStoreCalls } from "./event-store-calls.ts";

/**
 * Given to a request, it tells that the request is a whole message, which then need not be made from parts.
 */
const batchTypeName = "leftfold.eventstore.v1.AppendBatchRequest";

/** The calls of the wire through a Connect transport, whichever of the protocols it speaks. */
export class ConnectCalls implements EventStoreCalls {
  readonly #client: Client<typeof RawEventStoreService>;
  readonly #headers: ConnectOptions["headers"];

  constructor(transport: Transport, headers: ConnectOptions["headers"]) {
    this.#client = createClient(RawEventStoreService, transport);
    this.#headers = headers;
  }

  async append(appends: readonly WireAppendRequest[], init: CallInit): Promise<readonly AppendOutcome[]> {
    const options = await this.#options(init);
    const [lone] = appends;
    if (lone === undefined || appends.length > 1) return this.#appendBatch(appends, options);
    try {
      return [appendResultFromWire(await this.#client.append(lone, options))];
    } catch (reason) {
      // A batch's outcomes are answers, and have room for what does not fit into the headers of an error.
      if (isCut(reason)) return this.#appendBatch(appends, options);
      const error = callError(reason);
      // The store's verdict on this append. What is retryable may be the connection's fault, and concerns
      // every call.
      if (!error.retryable) return [error];
      throw error;
    }
  }

  async #appendBatch(
    appends: readonly WireAppendRequest[],
    options: WireCallOptions,
  ): Promise<readonly AppendOutcome[]> {
    const request: AppendBatchRequest = { $typeName: batchTypeName, appends: [...appends] };
    const { outcomes } = await this.#client.appendBatch(request, options);
    if (outcomes.length !== appends.length) {
      const message = `The server answered ${appends.length} appends with ${outcomes.length} outcomes.`;
      throw new InternalError({ message });
    }
    return outcomes.map(appendOutcomeFromWire);
  }

  async head(tenantId: string, init: CallInit): Promise<bigint> {
    const { globalNonce } = await this.#client.getHead({ tenantId }, await this.#options(init));
    return globalNonce;
  }

  async *readStream(
    tenantId: string,
    request: ReadStreamRequest,
    init: CallInit,
  ): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
    const options = await this.#options(init);
    const responses = this.#client.readStream(readStreamRequestToWire(tenantId, request), options);
    for await (const response of responses) yield eventsOf(response);
  }

  async *readAll(
    tenantId: string,
    request: ReadAllRequest,
    init: CallInit,
  ): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
    const options = await this.#options(init);
    const responses = this.#client.readAll(readAllRequestToWire(tenantId, request), options);
    for await (const response of responses) yield eventsOf(response);
  }

  async *subscribe(
    tenantId: string,
    request: SubscribeRequest,
    init: CallInit,
  ): AsyncGenerator<FollowMessage<readonly RecordedEvent[]>, void, undefined> {
    const options = await this.#options(init);
    for await (const response of this.#client.subscribe(subscribeRequestToWire(tenantId, request), options)) {
      const message = followMessageOf(response);
      // What is not known here comes from a newer server and is no event.
      if (message !== undefined) yield message;
    }
  }

  async #options({ signal, timeoutMs }: CallInit): Promise<WireCallOptions> {
    const given = this.#headers;
    const headers = typeof given === "function" ? await given() : given;
    return {
      signal,
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(headers !== undefined && { headers }),
    };
  }
}

interface WireCallOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  readonly headers?: CallHeaders;
}
