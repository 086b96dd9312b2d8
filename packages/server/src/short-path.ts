import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { DescMethod } from "@bufbuild/protobuf";
import { EventStoreService } from "@leftfold/proto";
import type { AppendCalls } from "./append-calls.ts";
import { appendBatchFrame, appendFrame } from "./append-frames.ts";
import { isPlainUnary, timeoutMsOf } from "./grpc-unary.ts";
import { readAppendBatchRequest, readAppendRequest } from "./read-append-request.ts";
import { type MessageCall, ShortCall, type ShortCallSetting } from "./short-call.ts";

/**
 * The short path of the two calls that are made all the time, `Append` and `AppendBatch`, as plain unary
 * gRPC: straight from the HTTP/2 stream to the store and back. Connect does the same at several times the
 * cost. It gets every call that is not plain, and whoever calls cannot tell the two apart.
 *
 * @returns a function that takes a stream over, or says that it does not.
 */
export function shortPath(
  appends: AppendCalls,
  setting: ShortCallSetting,
): (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => boolean {
  const { append, appendBatch } = EventStoreService.method;
  const calls = new Map<string | undefined, MessageCall>([
    [
      urlPathOf(append),
      messageCall(readAppendRequest, (request, signal) => appends.append(request, signal), appendFrame),
    ],
    [
      urlPathOf(appendBatch),
      messageCall(
        readAppendBatchRequest,
        (request, signal) => appends.appendBatch(request, signal),
        appendBatchFrame,
      ),
    ],
  ]);
  return (stream, headers) => {
    const call = calls.get(headers[":path"]);
    if (call === undefined || !isPlainUnary(headers)) return false;
    const timeoutMs = timeoutMsOf(headers);
    if (timeoutMs === null) return false;
    new ShortCall(stream, headers, call, setting).start(timeoutMs);
    return true;
  };
}

function urlPathOf(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

function messageCall<Request, Response>(
  read: (bytes: Uint8Array) => Request,
  run: (request: Request, signal: AbortSignal) => Promise<Response>,
  frame: (response: Response) => Uint8Array,
): MessageCall {
  return {
    prepare(bytes) {
      const request = read(bytes);
      return async (signal) => frame(await run(request, signal));
    },
  };
}
