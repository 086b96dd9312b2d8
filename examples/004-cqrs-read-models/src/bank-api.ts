import type { Documents, OrderBy } from "@leftfold/event-sourcing";
import { z } from "zod";
import type { openBank } from "./application.ts";
import type { Answer, ApiRequest, Route } from "./http-server.ts";
import { Refusal } from "./problem.ts";
import type { AccountOverview } from "./read-models.ts";

type Bank = ReturnType<typeof openBank>;

/** Commands are POST, queries are GET. Nothing does both. */
export function bankApi({ commands, queries }: Bank, waitMsMax = 1_000): readonly Route[] {
  return [...commandRoutes(commands), ...queryRoutes(queries, waitMsMax)];
}

const id = z.string().min(1).max(100);
const amount = z.int().positive();
const OpenAccount = z.strictObject({ id, owner: z.string().min(1).max(200) });
const Deposit = z.strictObject({ amount });
const SendMoney = z.strictObject({ from: id, to: id, amount });

function commandRoutes(commands: Bank["commands"]): readonly Route[] {
  /** A command answers with its position in the log; one that was done before, with where the log is now. */
  const done = async ({ lastGlobalNonce }: CommandDone, headers = {}): Promise<Answer> => {
    const position = lastGlobalNonce ?? (await commands.head());
    return { status: 201, headers, body: { position: String(position) } };
  };
  return [
    {
      method: "POST",
      path: "/accounts",
      async handle({ body, idempotencyKey }) {
        const { id, owner } = OpenAccount.parse(body);
        const opened = await commands.open(id, owner, { idempotencyKey });
        return done(opened, { location: `/accounts/${encodeURIComponent(id)}` });
      },
    },
    {
      method: "POST",
      path: "/accounts/:id/deposits",
      async handle({ id, body, idempotencyKey }) {
        const { amount } = Deposit.parse(body);
        return done(await commands.deposit(id, amount, { idempotencyKey }));
      },
    },
    {
      method: "POST",
      path: "/transfers",
      async handle({ body, idempotencyKey }) {
        return done(await commands.transfer(SendMoney.parse(body), { idempotencyKey }));
      },
    },
  ];
}

interface CommandDone {
  readonly lastGlobalNonce: bigint | undefined;
}

/** What every query understands. */
const Page = z.strictObject({
  /** Answer no earlier than the read model knows this position. */
  position: z.coerce.bigint().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  after: z.string().optional(),
  before: z.string().optional(),
});
const ListAccounts = Page.extend({
  owner: z.string().optional(),
  minBalance: z.coerce.number().optional(),
  maxBalance: z.coerce.number().optional(),
  sort: z.enum(["owner", "-owner", "balance", "-balance"]).default("owner"),
});
const OneAccount = Page.pick({ position: true });

const orders: Readonly<Record<z.infer<typeof ListAccounts>["sort"], OrderBy<AccountOverview>>> = {
  owner: { owner: "asc" },
  "-owner": { owner: "desc" },
  balance: { balance: "asc" },
  "-balance": { balance: "desc" },
};

function queryRoutes({ accounts, movements }: Bank["queries"], waitMsMax: number): readonly Route[] {
  /** Lets a query see what its client has just done. Without a position it answers with what there is. */
  const upTo = async (view: Waiting, position: bigint | undefined, { signal }: ApiRequest): Promise<void> => {
    if (position !== undefined) await view.waitFor(position, { signal, timeoutMs: waitMsMax });
  };
  return [
    // #region query
    {
      method: "GET",
      path: "/accounts",
      async handle(request) {
        const asked = ListAccounts.parse(parametersOf(request));
        const { owner, minBalance, maxBalance, sort, limit, after, before } = asked;
        await upTo(accounts, asked.position, request);
        const where = { owner: { prefix: owner }, balance: { gte: minBalance, lte: maxBalance } };
        const page = await accounts.find({ where, orderBy: orders[sort], limit, after, before });
        const found = page.documents.map(({ key, document }) => ({ id: key, ...document }));
        return { status: 200, body: { accounts: found, ...linksOf(request.url, page) } };
      },
    },
    // #endregion query
    {
      method: "GET",
      path: "/accounts/:id",
      async handle(request) {
        const { id } = request;
        await upTo(accounts, OneAccount.parse(parametersOf(request)).position, request);
        const account = await accounts.get(id);
        if (account === undefined) throw new Refusal(404, `There is no account ${id}.`);
        return { status: 200, body: { id, ...account } };
      },
    },
    {
      method: "GET",
      path: "/accounts/:id/movements",
      async handle(request) {
        const { position, limit, after, before } = Page.parse(parametersOf(request));
        await upTo(movements, position, request);
        const where = { account: request.id };
        const page = await movements.find({ where, orderBy: { position: "desc" }, limit, after, before });
        const found = page.documents.map(({ document }) => document);
        return { status: 200, body: { movements: found, ...linksOf(request.url, page) } };
      },
    },
  ];
}

type Waiting = Pick<Documents<unknown>, "waitFor">;

function parametersOf({ url }: ApiRequest): object {
  return Object.fromEntries(url.searchParams);
}

/** Where the pages around this one are: the same query, with another cursor. */
function linksOf(
  url: URL,
  { next, previous }: { readonly next: string | undefined; readonly previous: string | undefined },
) {
  const link = (name: string, cursor: string | undefined): string | undefined => {
    if (cursor === undefined) return undefined;
    const query = new URLSearchParams(url.searchParams);
    for (const old of ["after", "before", "position"]) query.delete(old);
    query.set(name, cursor);
    return `${url.pathname}?${query}`;
  };
  return { next: link("after", next), previous: link("before", previous) };
}
