import { connect } from "node:http2";
import { memoryBackend } from "@leftfold/backend-memory";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Server, startServer } from "./start-server.ts";

describe("a browser or a curl", () => {
  const backend = memoryBackend();
  let server: Server;
  let strict: Server;
  beforeAll(async () => {
    server = await startServer({ backend, bindAddr: "127.0.0.1:0" });
    strict = await startServer({ backend, bindAddr: "127.0.0.1:0", corsOrigins: ["https://good.example"] });
  });
  afterAll(async () => {
    await server.close();
    await strict.close();
  });
  const method = "/leftfold.eventstore.v1.EventStoreService/GetHead";

  test("is told at / what this is, and how to try it", async () => {
    const page = await fetch(server.url);
    expect(page.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    const text = await page.text();
    expect(text).toContain("Leftfold event store");
    expect(text).toContain("  leftfold.eventstore.v1.EventStoreService\n");
    expect(text).toContain(`curl -s ${server.url}/leftfold.eventstore.v1.EventStoreService/Append`);
    expect((await fetch(server.url, { method: "HEAD" })).status).toBe(200);
  });

  test("is told the address by which it came over HTTP/2 too, unless that is none", async () => {
    const session = connect(server.url);
    const page = (authority: string): Promise<string> =>
      new Promise((resolve) => {
        let text = "";
        session
          .request({ ":path": "/", ":authority": authority })
          .setEncoding("utf8")
          .on("data", (chunk) => {
            text += chunk;
          })
          .on("end", () => resolve(text));
      });
    expect(await page("store.example:7000")).toContain("curl -s http://store.example:7000/");
    expect(await page("store.example:99999")).toContain("curl -s http://localhost/");
    session.close();
  });

  test("is told what is not there, and where to look", async () => {
    for (const [path, method] of [
      ["/nope?x=1", "GET"],
      ["/healthz", "DELETE"],
      ["/", "POST"],
    ]) {
      const page = await fetch(server.url + path, { method: method! });
      expect(page.status).toBe(404);
      expect(await page.text()).toBe(
        `There is nothing at ${path!.split("?")[0]} here. See / for what there is.\n`,
      );
    }
  });

  test("may call from any page when nothing else is said", async () => {
    const headers = { origin: "https://any.example", "content-type": "application/json" };
    const call = await fetch(server.url + method, { method: "POST", headers, body: '{"tenantId":"acme"}' });
    expect(await call.json()).toEqual({});
    expect(call.headers.get("access-control-allow-origin")).toBe("*");
    expect(call.headers.get("access-control-expose-headers")).toContain("Grpc-Status");
  });

  test("is allowed, before the call, what it asks for", async () => {
    const ask = (headers: Record<string, string>): Promise<Response> =>
      fetch(server.url + method, {
        method: "OPTIONS",
        headers: { origin: "https://any.example", ...headers },
      });
    const asked = await ask({ "access-control-request-headers": "connect-protocol-version,authorization" });
    expect(asked.status).toBe(204);
    expect(asked.headers.get("access-control-allow-methods")).toBe("POST, GET");
    expect(asked.headers.get("access-control-allow-headers")).toBe("connect-protocol-version,authorization");
    expect((await ask({})).headers.get("access-control-allow-headers")).toContain("Content-Type");
  });

  test("may call only from the origins that are named, when some are", async () => {
    const call = (origin: string): Promise<Response> =>
      fetch(strict.url + method, { method: "OPTIONS", headers: { origin } });
    const good = await call("https://good.example");
    expect(good.headers.get("access-control-allow-origin")).toBe("https://good.example");
    expect(good.headers.get("vary")).toBe("origin");
    const bad = await call("https://bad.example");
    expect(bad.headers.get("access-control-allow-origin")).toBeNull();
    expect(bad.status).toBe(405);
  });
});
