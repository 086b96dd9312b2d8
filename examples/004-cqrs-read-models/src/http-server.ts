import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { problemOf, Refusal } from "./problem.ts";

// As much of a web framework as the example needs. There is nothing about banks or events in it.

export interface ApiRequest {
  /** What stands for `:id` in the path; empty for a path without. */
  readonly id: string;
  readonly url: URL;
  /** Parsed, and not checked. */
  readonly body: unknown;
  /** The client's name for what it asks for, so that it can ask again. */
  readonly idempotencyKey: string | undefined;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: "GET" | "POST";
  /** Such as `/accounts/:id/deposits`. */
  readonly path: string;
  readonly handle: (request: ApiRequest) => Promise<Answer>;
}

export interface HttpServer extends AsyncDisposable {
  readonly url: string;
}

/** Serves routes on this machine. @param port 0 for any that is free. */
export async function serve(routes: readonly Route[], port: number): Promise<HttpServer> {
  const server = createServer((request, response) => void answer(routes, request, response));
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : port}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  routes: readonly Route[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  try {
    const url = new URL(request.url ?? "/", "http://bank");
    const { route, id } = findRoute(routes, request.method ?? "GET", url.pathname);
    const body = route.method === "POST" ? await readJson(request) : undefined;
    const idempotencyKey = request.headers["idempotency-key"]?.toString();
    const answered = await route.handle({ id, url, body, idempotencyKey, signal: gone.signal });
    send(response, answered, "application/json");
  } catch (error) {
    if (gone.signal.aborted) return;
    const body = problemOf(error);
    if (body.status === 500) console.error(error);
    const retry = body.status === 503 ? { "retry-after": "1" } : {};
    const headers = error instanceof Refusal ? error.headers : retry;
    send(response, { status: body.status, body, headers }, "application/problem+json");
  }
}

function send(response: ServerResponse, { status, body, headers }: Answer, contentType: string): void {
  response.writeHead(status, { "content-type": contentType, ...headers }).end(`${JSON.stringify(body)}\n`);
}

function findRoute(routes: readonly Route[], method: string, path: string): { route: Route; id: string } {
  const found = routes.flatMap((route) => {
    const match = new RegExp(`^${route.path.replace(":id", "([^/]+)")}$`).exec(path);
    return match === null ? [] : [{ route, id: decoded(match[1] ?? "") }];
  });
  if (found.length === 0) throw new Refusal(404, `There is nothing at ${path}.`);
  const fitting = found.find(({ route }) => route.method === method);
  if (fitting !== undefined) return fitting;
  const allow = found.map(({ route }) => route.method).join(", ");
  throw new Refusal(405, `${path} takes ${allow}, not ${method}.`, { allow });
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Refusal(400, `${part} is not how a part of a path is encoded.`);
  }
}

const bodyBytesMax = 65_536;

async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!request.headers["content-type"]?.startsWith("application/json"))
    throw new Refusal(415, "Send JSON, and say so: content-type: application/json.");
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += chunk;
    if (text.length > bodyBytesMax)
      throw new Refusal(413, `The body is larger than ${bodyBytesMax} characters.`, { connection: "close" });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Refusal(400, `The body is no JSON: ${error instanceof Error ? error.message : error}.`);
  }
}
