import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { type DescMessage, type DescMethod, fromBinary, type MessageShape } from "@bufbuild/protobuf";
import { decodeAppend, decodeAppendBatch, EventStoreService } from "@leftfold/proto";
import type { AppendCalls } from "./append-calls.ts";
import { appendBatchFrame, appendFrame } from "./append-frames.ts";
import { isPlain, timeoutMsOf } from "./grpc-plain.ts";
import type { ReadCalls } from "./read-calls.ts";
import { followFrame, readFrame } from "./read-frames.ts";
import { type MessageCall, ShortCall, type ShortCallSetting } from "./short-call.ts";

/** What the short path leads to. */
export interface ShortPathCalls {
  readonly appends: AppendCalls;
  readonly reads: ReadCalls;
}

/**
 * The short path of the calls that append and read, as plain gRPC: straight from the HTTP/2 stream to the store and back. Connect
 * does the same at several times the cost. It gets every call that is not plain, and whoever calls cannot tell the two apart.
 *
 * @returns a function that takes a stream over, or says that it does not.
 */
export function shortPath(
  { appends, reads }: ShortPathCalls,
  setting: ShortCallSetting,
): (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => boolean {
  const { append, appendBatch, readStream, readAll, subscribe } = EventStoreService.method;
  const calls = new Map<string | undefined, MessageCall>([
    [
      urlPathOf(append),
      answering(decodeAppend, (request, signal) => appends.append(request, signal), appendFrame),
    ],
    [
      urlPathOf(appendBatch),
      answering(
        decodeAppendBatch,
        (request, signal) => appends.appendBatch(request, signal),
        appendBatchFrame,
      ),
    ],
    [
      urlPathOf(readStream),
      streaming(readStream.input, (request, signal) => reads.readStream(request, signal), readFrame),
    ],
    [
      urlPathOf(readAll),
      streaming(readAll.input, (request, signal) => reads.readAll(request, signal), readFrame),
    ],
    [
      urlPathOf(subscribe),
      streaming(subscribe.input, (request, signal) => reads.subscribe(request, signal), followFrame),
    ],
  ]);
  return (stream, headers) => {
    const call = calls.get(headers[":path"]);
    if (call === undefined || !isPlain(headers)) return false;
    const timeoutMs = timeoutMsOf(headers);
    if (timeoutMs === null) return false;
    new ShortCall(stream, headers, call, setting).start(timeoutMs);
    return true;
  };
}

function urlPathOf(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

/** A call with one answer. */
function answering<Request, Response>(
  read: (bytes: Uint8Array) => Request,
  run: (request: Request, signal: AbortSignal) => Promise<Response>,
  frame: (response: Response) => Uint8Array,
): MessageCall {
  return {
    prepare(bytes) {
      const request = read(bytes);
      return async ({ signal }) => frame(await run(request, signal));
    },
  };
}

/** A call with many answers. */
function streaming<Request extends DescMessage, Item>(
  schema: Request,
  open: (request: MessageShape<Request>, signal: AbortSignal) => AsyncIterable<Item>,
  frame: (item: Item) => readonly Uint8Array[],
): MessageCall {
  return {
    prepare(bytes) {
      const request = fromBinary(schema, bytes);
      return async (answer) => {
        answer.begin();
        for await (const item of open(request, answer.signal)) await answer.send(frame(item));
        return undefined;
      };
    },
  };
}
