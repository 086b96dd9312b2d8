import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openedBank } from "./opened-bank.ts";

let bank: Awaited<ReturnType<typeof openedBank>>;
beforeAll(async () => {
  bank = await openedBank();
});
afterAll(() => bank[Symbol.asyncDispose]());

async function get(path: string) {
  return answered(await fetch(new URL(path, bank.url)));
}

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const json = typeof body === "string" ? body : JSON.stringify(body);
  return answered(
    await fetch(new URL(path, bank.url), {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: json,
    }),
  );
}

async function answered(response: Response) {
  return { status: response.status, headers: response.headers, body: Body.parse(await response.json()) };
}

/** What answers may have. */
const Body = z.looseObject({
  position: z.string().optional(),
  balance: z.number().optional(),
  accounts: z.array(z.object({ id: z.string() })).optional(),
  next: z.string().optional(),
  previous: z.string().optional(),
  detail: z.string().optional(),
});

async function openAccount(id: string, owner: string, amount: number) {
  await post("/accounts", { id, owner });
  return (await post(`/accounts/${id}/deposits`, { amount })).body.position;
}

test("answers a command with a position, and a query for that position with its effect", async () => {
  const opened = await post("/accounts", { id: "a b", owner: "Ann" });
  expect(opened).toMatchObject({ status: 201, body: { position: expect.stringMatching(/^\d+$/) } });
  expect(opened.headers.get("location")).toBe("/accounts/a%20b");
  for (let i = 1; i <= 10; i++) {
    const { body } = await post("/accounts/a%20b/deposits", { amount: 1 });
    expect(await get(`/accounts/a%20b?position=${body.position}`)).toMatchObject({
      status: 200,
      body: { id: "a b", owner: "Ann", balance: i, movements: i },
    });
  }
});

test("filters, sorts and turns pages both ways by the links that it gives", async () => {
  for (const [id, amount] of Object.entries({ p1: 10, p2: 20, p3: 30, p4: 40 }))
    await openAccount(id, `Page ${id}`, amount);
  const position = await openAccount("p5", "Page p5", 50);
  const ids = ({ accounts }: z.infer<typeof Body>) => accounts?.map(({ id }) => id);

  const first = await get(`/accounts?owner=Page&minBalance=20&sort=-balance&limit=2&position=${position}`);
  expect(ids(first.body)).toEqual(["p5", "p4"]);
  expect(first.body.previous).toBeUndefined();
  const second = await get(first.body.next ?? "");
  expect(ids(second.body)).toEqual(["p3", "p2"]);
  expect(second.body.next).toBeUndefined();
  expect(ids((await get(second.body.previous ?? "")).body)).toEqual(["p5", "p4"]);

  expect(ids((await get("/accounts?owner=Page&maxBalance=20&sort=owner")).body)).toEqual(["p1", "p2"]);
});

test("lists an account's movements, newest first", async () => {
  await openAccount("m1", "Mia", 100);
  await openAccount("m2", "Max", 1);
  const { body } = await post("/transfers", { from: "m1", to: "m2", amount: 40 });
  expect((await get(`/accounts/m1/movements?position=${body.position}`)).body).toMatchObject({
    movements: [
      { account: "m1", amount: -40, counterpart: "m2" },
      { account: "m1", amount: 100, counterpart: null },
    ],
  });
});

test("does once what is asked for twice under one key, and answers with a position behind it", async () => {
  await openAccount("k", "Kim", 1);
  const key = { "idempotency-key": "key-1" };
  await post("/accounts/k/deposits", { amount: 5 }, key);
  const again = await post("/accounts/k/deposits", { amount: 5 }, key);
  expect(again.status).toBe(201);
  expect((await get(`/accounts/k?position=${again.body.position}`)).body.balance).toBe(6);
});

test("tells how far the read model is, when it is not there in time", async () => {
  const head = await bank.store.head();
  const { status, headers, body } = await get(`/accounts?position=${head + 1n}`);
  expect(status).toBe(503);
  expect(headers.get("retry-after")).toBe("1");
  expect(body.detail).toBe(
    `account-overview is at ${head} of the log, and not at ${head + 1n} yet. ` +
      "Wait longer, or see how its runner is.",
  );
});

test.each([
  [
    "no such account, for a command",
    404,
    "no-such-account",
    () => post("/accounts/nobody/deposits", { amount: 1 }),
  ],
  ["no such account, for a query", 404, "not-found", () => get("/accounts/nobody")],
  ["no such path", 404, "not-found", () => get("/loans")],
  ["a transfer within one account", 422, "same-account", () => transferOf("x", "x")],
  ["a method that the path does not take", 405, "method-not-allowed", () => post("/accounts/nobody", {})],
  ["data of the wrong kind", 400, "invalid-request", () => post("/accounts", { id: "x", owner: 5 })],
  [
    "data that nobody asked for",
    400,
    "invalid-request",
    () => post("/accounts", { id: "x", owner: "X", a: 1 }),
  ],
  ["what is no JSON", 400, "bad-request", () => post("/accounts", "{")],
  [
    "what does not say that it is JSON",
    415,
    "unsupported-media-type",
    () => post("/accounts", {}, plainText),
  ],
  ["more than fits", 413, "payload-too-large", () => post("/accounts", { id: "x".repeat(70_000) })],
  ["a path that is badly encoded", 400, "bad-request", () => get("/accounts/%E0%A4%A")],
  ["a position that is none", 400, "invalid-request", () => get("/accounts?position=abc")],
  ["a cursor that is none", 400, "invalid-argument", () => get("/accounts?after=abc")],
  ["two cursors", 400, "invalid-argument", () => get("/accounts?after=a&before=b")],
])("refuses %s with %i", async (_, status, problem, ask) => {
  const answer = await ask();
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer).toMatchObject({ status, body: { status, type: `/problems/${problem}` } });
});

const plainText = { "content-type": "text/plain" };

async function transferOf(from: string, to: string) {
  return post("/transfers", { from, to, amount: 1 });
}

test("names the methods that a path takes", async () => {
  expect((await post("/accounts/nobody", {})).headers.get("allow")).toBe("GET");
});
