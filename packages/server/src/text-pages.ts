import { Code } from "@connectrpc/connect";
import { type NodeRequest, type NodeResponse, pathOf, reply } from "./node-exchange.ts";
import type { ReadinessCheck } from "./readiness.ts";
import { tryIt } from "./try-it.ts";

const welcome = (
  url: string,
  version: string,
  services: readonly string[],
): string => `Leftfold event store ${version}

An event store: append, read and follow events over gRPC, gRPC-Web and Connect, on this port.

Services, also listed by gRPC server reflection:
${services.map((name) => `  ${name}`).join("\n")}

  /healthz   200 while the process is up
  /readyz    200 while the store answers

${tryIt(url)}`;

/** The few pages that are no calls: what this is, whether it is up, whether it is ready. */
export class TextPages {
  readonly #readiness: ReadinessCheck;
  readonly #version: string;
  readonly #services: readonly string[];

  constructor(options: { readiness: ReadinessCheck; version: string; services: readonly string[] }) {
    this.#readiness = options.readiness;
    this.#version = options.version;
    this.#services = options.services;
  }

  /** Answers any request that is not a call the server knows. */
  async answer(request: NodeRequest, response: NodeResponse): Promise<void> {
    const path = pathOf(request);
    // A gRPC client reads a status from trailers, and does not see what a page says.
    if (request.headers["content-type"]?.startsWith("application/grpc")) return refuseCall(path, response);
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (isRead && path === "/healthz") return send(response, 200, "ok\n");
    if (isRead && path === "/readyz") {
      const readiness = await this.#readiness.check();
      return readiness.ready ? send(response, 200, "ready\n") : send(response, 503, `${readiness.reason}\n`);
    }
    if (isRead && path === "/") {
      return send(response, 200, welcome(originOf(request), this.#version, this.#services));
    }
    send(response, 404, `There is nothing at ${path} here. See / for what there is.\n`);
  }
}

/** The address by which the client came: that is where its next call has to go as well. */
function originOf(request: NodeRequest): string {
  const host = "authority" in request ? request.authority : request.headers.host;
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).origin : "http://localhost";
}

function refuseCall(path: string, response: NodeResponse): void {
  reply(response, 200, {
    "content-type": "application/grpc",
    "grpc-status": String(Code.Unimplemented),
    "grpc-message": encodeURIComponent(`there is no method ${path} here`),
  });
}

function send(response: NodeResponse, status: number, text: string): void {
  const headers = {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
    // What is not found is named, and must stay text.
    "x-content-type-options": "nosniff",
  };
  reply(response, status, headers, text);
}
