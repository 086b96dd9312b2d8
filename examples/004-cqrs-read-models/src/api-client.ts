import { z } from "zod";
import { type Screen, shown } from "./screen.ts";

// A client of the API, which shows what it does. It knows paths and JSON, and nothing of the bank's code.

const Done = z.object({ position: z.string().optional() });
const Problem = z.looseObject({ type: z.string(), detail: z.string(), rejection: z.unknown().optional() });
const Account = z.object({ id: z.string(), owner: z.string(), balance: z.number(), movements: z.number() });
const Movement = z.object({ position: z.number(), amount: z.number(), counterpart: z.string().nullable() });
const links = { next: z.string().optional(), previous: z.string().optional() };
const Accounts = z.object({ accounts: z.array(Account), ...links });
const Movements = z.object({ movements: z.array(Movement), ...links });

export function apiClient(url: string, screen: Screen) {
  /** The answer's body; undefined for a problem, which is shown. */
  async function call(path: string, request: { method: "GET" } | Posting): Promise<unknown> {
    const sent = request.method === "POST" ? request : undefined;
    screen.asked(request.method, path, sent);
    const response = await fetch(new URL(path, url), {
      method: request.method,
      headers: { "content-type": "application/json", ...sent?.headers },
      ...(sent && { body: JSON.stringify(sent.body) }),
    });
    const body: unknown = await response.json();
    if (response.ok) {
      const { position } = Done.parse(body);
      screen.answered(response, position && `position ${position}`);
      return body;
    }
    const { type, detail, rejection } = Problem.parse(body);
    const retryAfter = response.headers.get("retry-after");
    screen.answered(response, `${type}${retryAfter === null ? "" : `, retry after ${retryAfter} s`}`);
    screen.note(detail);
    if (rejection !== undefined) screen.note(shown(rejection));
    return undefined;
  }

  return {
    /** Gives the position in the log of what was done. */
    async post(path: string, body: object, headers: Readonly<Record<string, string>> = {}) {
      const answer = await call(path, { method: "POST", body, headers });
      return answer === undefined ? undefined : Done.parse(answer).position;
    },
    async account(path: string) {
      const answer = await call(path, { method: "GET" });
      if (answer === undefined) return;
      const { id, owner, balance, movements } = Account.parse(answer);
      screen.table([[id, owner, balance, `${movements} movements`]]);
    },
    async accounts(path: string) {
      const answer = await call(path, { method: "GET" });
      if (answer === undefined) return {};
      const { accounts, ...around } = Accounts.parse(answer);
      screen.table(accounts.map(({ id, owner, balance }) => [id, owner, balance]));
      screen.links(around);
      return around;
    },
    async movements(path: string) {
      const answer = await call(path, { method: "GET" });
      if (answer === undefined) return {};
      const { movements, ...around } = Movements.parse(answer);
      screen.table(
        movements.map(({ position, amount, counterpart }) => [
          `#${position}`,
          amount,
          counterpart === null ? "cash" : `${amount < 0 ? "to" : "from"} ${counterpart}`,
        ]),
      );
      screen.links(around);
      return around;
    },
  };
}

export interface Posting {
  readonly method: "POST";
  readonly body: object;
  readonly headers: Readonly<Record<string, string>>;
}
