import { ConcurrencyConflictError, type EventStore } from "@leftfold/core";
import { openBank } from "./application.ts";
import { showAudit, showRush } from "./rush-on-screen.ts";
import { remark, type Say, Screen } from "./screen.ts";
import { ask, showOutcome, type Walk } from "./walk.ts";

/** What the tour runs on. */
export interface TourOptions {
  /** The bank's store as another client has it, over a connection of its own. Empty at first. */
  readonly openClient: () => EventStore;
  readonly day: string;
  readonly say: Say;
}

/** Transfers: the first one, some that are rejected, two that meet, and 320 at once. */
export async function tour({ openClient, day, say }: TourOptions): Promise<void> {
  const walk = { store: openClient(), day, screen: new Screen(say) };
  await openAccounts(walk);
  await oneTransfer(walk);
  await rejections(walk);
  await withinTheHousehold(walk);
  await atTheSameMoment(walk, openClient);
  await showRush(walk, openClient);
  await showAudit(walk);
}

async function openAccounts(walk: Walk): Promise<void> {
  walk.screen.step("Ann and Ben are one household, which may send 500 a day. Cleo and Dan are another.");
  const { accounts, households } = openBank(walk.store);
  await ask(walk, "lee may send 500", () => households.at("lee").setLimit(500));
  const open = async (account: string, household: string, amount: number) => [
    await accounts.at(account).open(household),
    await accounts.at(account).deposit(amount),
  ];
  await ask(walk, "ann opens with 1000", () => open("ann", "lee", 1000));
  await ask(walk, "ben opens with 100", () => open("ben", "lee", 100));
  await ask(walk, "cleo opens with 100", () => open("cleo", "fox", 100));
  await ask(walk, "dan opens with 100", () => open("dan", "fox", 100));
}

async function oneTransfer(walk: Walk): Promise<void> {
  walk.screen.step("A transfer: three aggregates, one append. All of it is recorded, or nothing.");
  await transfer(walk, "ann", "cleo", 200);
}

async function rejections(walk: Walk): Promise<void> {
  walk.screen.step("Each of the three can be the reason to reject it. Then nothing is recorded anywhere.");
  await transfer(walk, "ann", "cleo", 900);
  await transfer(walk, "ann", "eve", 100);
  await transfer(walk, "ann", "cleo", 400);
}

async function withinTheHousehold(walk: Walk): Promise<void> {
  walk.screen.step("Within a household there is no limit: its aggregate is read and checked, not written.");
  await transfer(walk, "ann", "ben", 400);
}

async function transfer(walk: Walk, from: string, to: string, amount: number): Promise<void> {
  const { store, day } = walk;
  const send = () => openBank(store).transfer({ from, to, amount, day });
  await ask(walk, `${from} sends ${to} ${amount}`, send);
}

async function atTheSameMoment(walk: Walk, openClient: () => EventStore): Promise<void> {
  const { screen, day } = walk;
  screen.step("Ann and Ben send 200 each at the same moment. Their household has 300 left: one of them may.");
  const overtaken: string[] = [];
  const hooks = {
    onRetry({ error }: { readonly error: Error }) {
      if (error instanceof ConcurrencyConflictError) overtaken.push(...whatMoved(error));
    },
  };
  const order = { amount: 200, day };
  const [ann, ben] = await Promise.allSettled([
    openBank(openClient(), { hooks }).transfer({ ...order, from: "ann", to: "cleo" }),
    openBank(openClient(), { hooks }).transfer({ ...order, from: "ben", to: "dan" }),
  ]);
  showOutcome(walk, "ann sends cleo 200", ann);
  showOutcome(walk, "ben sends dan 200", ben);
  if (overtaken.length === 0) return;
  const told = overtaken.map((moved) => remark(`was told that ${moved}`));
  screen.lines("who was slower", ...told, remark("read what was new, and decided again"));
}

function whatMoved({ violations }: ConcurrencyConflictError): readonly string[] {
  return violations.flatMap((violation) =>
    violation.kind === "expectation"
      ? [`${violation.aggregateType} ${violation.aggregateId} is at #${violation.actual} by now`]
      : [],
  );
}
