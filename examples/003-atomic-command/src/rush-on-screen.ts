import type { EventStore } from "@leftfold/core";
import { openBank } from "./application.ts";
import { audit } from "./audit.ts";
import { ordersAmong, rush } from "./rush.ts";
import { bar, grouped, remark } from "./screen.ts";
import type { Walk } from "./walk.ts";

const clientCount = 32;
const accountIds = Array.from({ length: 8 }, (_, i) => `account-${i + 1}`);

/** 32 clients send money among eight accounts, all at once. */
export async function showRush({ store, day, screen }: Walk, openClient: () => EventStore): Promise<void> {
  const { accounts, households } = openBank(store);
  for (const [i, account] of accountIds.entries()) {
    const household = `house-${1 + (i % 4)}`;
    if (i < 4) await households.at(household).setLimit(2000);
    await accounts.at(account).open(household);
    await accounts.at(account).deposit(200);
  }

  screen.step("32 clients send money among eight accounts of four households, ten times each, all at once.");
  const clients = Array.from({ length: clientCount }, openClient);
  const startedMs = performance.now();
  const report = await rush(clients, (client) => ordersAmong(accountIds, client, day));
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);

  screen.lines("recorded", `${report.attempts.length} transfers in ${seconds} s`);
  for (const [reason, count] of report.rejections) screen.lines("rejected", `${count} ${reason}`);
  screen.lines("retries", `${grouped(report.retries)}, each after somebody else was faster`);
  screen.lines("most attempts", `${Math.max(...report.attempts)} for one transfer`);
  const counts = attemptClasses.map(
    ([, from, to]) => report.attempts.filter((n) => n >= from && n <= to).length,
  );
  for (const [i, [label]] of attemptClasses.entries()) {
    screen.lines(label, bar(counts[i]!, Math.max(...counts)));
  }
}

type AttemptClass = readonly [label: string, from: number, to: number];

const attemptClasses: readonly AttemptClass[] = [
  ["at the 1st attempt", 1, 1],
  ["at the 2nd", 2, 2],
  ["at the 3rd or 4th", 3, 4],
  ["at the 5th to 8th", 5, 8],
  ["at the 9th or later", 9, Number.POSITIVE_INFINITY],
];

/** Counts the money after every event of the log. @throws when it is not as it has to be. */
export async function showAudit({ store, screen }: Walk): Promise<void> {
  screen.step("Count all money after every event of the log: none is lost, none is made.");
  const { moments, wrongAfter, deposited, accounts } = await audit(store);
  if (wrongAfter.length > 0) throw new Error(`The money is wrong after events ${wrongAfter.join(", ")}.`);
  const balances = [...accounts].map(([account, { balance }]) => `${account} ${balance}`);
  const rows = [balances.slice(0, 4), balances.slice(4, 8), balances.slice(8)];
  screen.lines("balances", ...rows.map((row) => row.join(", ")));
  const held = [...accounts.values()].reduce((sum, { balance }) => sum + balance, 0);
  screen.lines("together", `${grouped(held)}, of ${grouped(deposited)} that were deposited`);
  screen.lines("counted", `after each of ${grouped(moments)} events of accounts, and right each time`);
  screen.lines("", remark("what a transfer sends is on its way until the very next event, and no longer"));
}
