import { type ClientHttp2Session, connect, type OutgoingHttpHeaders } from "node:http2";
import {
  create,
  type DescMethod,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  type MessageInitShape,
  toBinary,
} from "@bufbuild/protobuf";
import { enveloped } from "../grpc-plain.ts";

/** All that came back for a call, as it was on the wire, but for the date. */
export interface RawAnswer {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly trailers: Readonly<Record<string, unknown>>;
  readonly resetCode: number;
}

export interface RawCall {
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  /** Sent one after the other, each as a frame of its own. */
  readonly chunks?: readonly Uint8Array[];
  /** False to leave the request open. */
  readonly end?: boolean;
}

export function pathOfMethod(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

/** A message of the method's input, in its envelope. */
export function requestFrame<M extends DescMethodUnary | DescMethodServerStreaming>(
  method: M,
  message: MessageInitShape<M["input"]>,
): Uint8Array {
  return enveloped(toBinary<M["input"]>(method.input, create<M["input"]>(method.input, message)));
}

/** A plain HTTP/2 client, which adds nothing of its own and hides nothing. */
export class RawClient {
  readonly session: ClientHttp2Session;

  constructor(url: string) {
    this.session = connect(url);
    // What breaks is seen by the calls.
    this.session.on("error", () => {});
  }

  async call({ path, headers, chunks = [], end = true }: RawCall): Promise<RawAnswer> {
    const stream = this.session.request(
      { ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers", ...headers },
      { endStream: false },
    );
    const body: Buffer[] = [];
    let answered: Record<string, unknown> = {};
    let trailers: Record<string, unknown> = {};
    stream.on("response", ({ date: _, ...rest }) => {
      answered = { ...rest };
    });
    stream.on("trailers", (received) => {
      trailers = { ...received };
    });
    stream.on("data", (chunk: Buffer) => body.push(chunk));
    stream.on("error", () => {});
    const closed = new Promise((resolve) => stream.once("close", resolve));
    for (const chunk of chunks) await new Promise<void>((resolve) => stream.write(chunk, () => resolve()));
    if (end) stream.end();
    await closed;
    return {
      headers: answered,
      body: Buffer.concat(body).toString("base64"),
      trailers,
      resetCode: stream.rstCode,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.session.destroy();
  }
}
