import type { Sql } from "postgres";
import { CopyOut } from "./copy-out.ts";
import { isConnectionBroken } from "./postgres-errors.ts";

/** After so many seconds, what still runs on connections that were let go is failed. */
const graceSeconds = 1;

export interface RenewedSql extends Sql {
  copyOut(query: string): CopyOut;
}

/**
 * Connections that are let go and opened anew, all of them, whenever one of them breaks, or owes an answer for too long: what was
 * asked fails then, since a connection may end without anybody being told, as when a machine disappears.
 *
 * postgres.js 3.4 reuses a broken connection's state, and what had not been written yet is then written to the next server before
 * its greeting: that connection is of no use for a minute and more. Breaking is rare, and opening is cheap.
 */
export function renewedSql(open: () => Sql, answerTimeoutMs: number): RenewedSql {
  let current = open();
  let isEnded = false;
  const renew = (broken: Sql, timeout: number): void => {
    if (broken !== current || isEnded) return;
    current = open();
    void broken.end({ timeout }).catch(() => undefined);
  };
  /** Looks at what becomes of a query. It is sent a moment later, so that the caller can still say what it is to be like. */
  const watched = <Query extends PromiseLike<unknown>>(sql: Sql, query: Query): Query => {
    const timer = setTimeout(() => renew(sql, 0), answerTimeoutMs).unref();
    query.then(
      () => clearTimeout(timer),
      (error: unknown) => {
        clearTimeout(timer);
        if (isConnectionBroken(error)) renew(sql, graceSeconds);
      },
    );
    return query;
  };
  const unsafe = (...args: Parameters<Sql["unsafe"]>): unknown => watched(current, current.unsafe(...args));
  const begin = (...args: Parameters<Sql["begin"]>): unknown => watched(current, current.begin(...args));
  const copyOut = (query: string): CopyOut => {
    const copy = new CopyOut(current, query);
    watched(current, copy.finished);
    return copy;
  };
  const end = async (...args: Parameters<Sql["end"]>): Promise<void> => {
    isEnded = true;
    await current.end(...args);
  };
  const renewed: Readonly<Record<string | symbol, unknown>> = { unsafe, begin, copyOut, end };
  return new Proxy(current, {
    get: (_, name) => renewed[name] ?? Reflect.get(current, name),
  }) as RenewedSql;
}
