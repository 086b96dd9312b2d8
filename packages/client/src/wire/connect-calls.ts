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
  appendOutcomesOf,
  eventsOf,
  followMessageOf,
  RawEventStoreService,
  rawAppendBatch,
  readAllRequestToWire,
  readStreamRequestToWire,
  subscribeRequestToWire,
} from "@leftfold/proto";
import type { AppendOutcome } from "../append/append-coalescer.ts";
import type { CallHeaders, ConnectOptions } from "../connect-options.ts";
import type { CallInit, EventStoreCalls } from "./event-store-calls.ts";

/** The calls of the wire through a Connect transport, whichever of the protocols it speaks. */
export class ConnectCalls implements EventStoreCalls {
  readonly #client: Client<typeof RawEventStoreService>;
  readonly #headers: ConnectOptions["headers"];

  constructor(transport: Transport, headers: ConnectOptions["headers"]) {
    this.#client = createClient(RawEventStoreService, transport);
    this.#headers = headers;
  }

  async append(appends: readonly Uint8Array[], init: CallInit): Promise<readonly AppendOutcome[]> {
    const response = await this.#client.appendBatch(rawAppendBatch(appends), await this.#options(init));
    const outcomes = appendOutcomesOf(response);
    if (outcomes.length === appends.length) return outcomes;
    const message = `The server answered ${appends.length} appends with ${outcomes.length} outcomes.`;
    throw new InternalError({ message });
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
