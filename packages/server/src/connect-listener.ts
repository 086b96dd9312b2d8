import { type ConnectRouter, type ConnectRouterOptions, createConnectRouter } from "@connectrpc/connect";
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from "@connectrpc/connect-node";
import type { ServerLog } from "./error-report.ts";
import { discardRest, isOpen, type NodeRequest, type NodeResponse, pathOf, reply } from "./node-exchange.ts";
import { boundedBody, type RequestBounds } from "./request-bounds.ts";
import { dropEndlessTimeout } from "./timer-bound.ts";

export interface ConnectListenerOptions {
  readonly routes: (router: ConnectRouter) => void;
  readonly router: ConnectRouterOptions;
  readonly bounds: RequestBounds;
  readonly log: ServerLog;
  /** Answers a request that is no call of a method that the router has. */
  readonly otherwise: (request: NodeRequest, response: NodeResponse) => void;
}

/** @param body the request's body, where it is not to be read from the request. */
export type ExchangeListener = (
  request: NodeRequest,
  response: NodeResponse,
  body?: AsyncIterable<Uint8Array>,
) => void;

/** Serves every method that `routes` declares, over gRPC, gRPC-Web and Connect. */
export function connectListener(options: ConnectListenerOptions): ExchangeListener {
  const { bounds, log, otherwise } = options;
  const router = createConnectRouter(options.router);
  options.routes(router);
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));
  return (request, response, given) => {
    const handler = handlers.get(pathOf(request));
    if (handler === undefined) return otherwise(request, response);
    let call: ReturnType<typeof universalRequestFromNodeRequest>;
    try {
      call = universalRequestFromNodeRequest(request, response, undefined, undefined);
    } catch {
      // A host that is no host. Thrown from here, it would end the process.
      const text = "The request names no host, or one that cannot be.\n";
      reply(response, 400, { "content-type": "text/plain; charset=utf-8" }, text);
      return;
    }
    discardRest(request, response);
    dropEndlessTimeout(call.header);
    // The methods that take many messages take small ones, and for as long as the client likes.
    const isBounded = handler.method.methodKind !== "bidi_streaming";
    const body = isBounded ? boundedBody(request, response, bounds, given) : call.body;
    handler({ ...call, body })
      .then((answer) => universalResponseToNodeResponse(answer, response))
      .catch((error: unknown) => {
        // Mostly the client is gone, and what was being written to it is lost. Otherwise Connect itself failed.
        if (!isOpen(response)) return;
        log.error({ err: error, path: handler.requestPath }, "a call was not answered");
        response.destroy();
      });
  };
}
