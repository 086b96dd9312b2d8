import type { EventStore } from "@leftfold/core";
import { CommandRejectedError, type CommandResult, InvalidEventDataError } from "@leftfold/event-sourcing";
import { openBank } from "./application.ts";
import { recorded, rejected, type Say, Screen, shown } from "./screen.ts";

/** One account from its opening to its closing, on an empty tenant. */
export async function tour(store: EventStore, say: Say): Promise<void> {
  const screen = new Screen(say);
  await commandsAndEvents(store, screen);
  await rejections(store, screen);
  await statement(store, screen);
  await past(store, screen);
  await atTheSameMoment(store, screen);
  await severalEvents(store, screen);
}

async function commandsAndEvents(store: EventStore, screen: Screen): Promise<void> {
  screen.step("Commands go in, events come out.");
  const { accounts } = openBank(store);
  const ann = accounts.at("ann");
  await ask(screen, 'open("Ann")', ann.open("Ann"));
  await ask(screen, "deposit(100)", ann.deposit(100));
  await ask(screen, "withdraw(30)", ann.withdraw(30));
  const { state } = await accounts.load("ann");
  screen.line("the account is", shown(state));
}

async function rejections(store: EventStore, screen: Screen): Promise<void> {
  screen.step("What breaks a rule is rejected with its reason. Nothing is recorded.");
  const { accounts } = openBank(store);
  const ann = accounts.at("ann");
  await ask(screen, "withdraw(500)", ann.withdraw(500));
  await ask(screen, 'open("Eve")', ann.open("Eve"));
  await ask(screen, "deposit(-5)", ann.deposit(-5));
  const { nonce } = await accounts.load("ann");
  screen.line("events so far", `${nonce}`);
}

async function statement(store: EventStore, screen: Screen): Promise<void> {
  screen.step("Events are all that is stored. The state is their left fold.");
  for await (const { nonce, event, balance } of openBank(store).statement("ann")) {
    screen.line(`#${nonce} ${event.type}`, `balance ${`${balance}`.padStart(4)}`);
  }
}

async function past(store: EventStore, screen: Screen): Promise<void> {
  screen.step("So the past is still there: the account as it was after its second event.");
  const { state } = await openBank(store).accounts.stateAt("ann", 2n);
  screen.line("the account was", shown(state));
}

async function atTheSameMoment(store: EventStore, screen: Screen): Promise<void> {
  screen.step("Five withdrawals of 20 from 70 at the same moment: none is decided on an old balance.");
  let retries = 0;
  const { accounts } = openBank(store, { hooks: { onRetry: () => void retries++ } });
  const asked = Array.from({ length: 5 }, () => accounts.at("ann").withdraw(20));
  const outcomes = await Promise.allSettled(asked);
  const done = outcomes.filter(({ status }) => status === "fulfilled").length;
  screen.line("recorded", `${done}`);
  screen.line("rejected", `${outcomes.length - done}`);
  screen.line("retries", `${retries}, each after somebody else was faster`);
  const { state } = await accounts.load("ann");
  screen.line("balance", `${state.balance}`);
}

async function severalEvents(store: EventStore, screen: Screen): Promise<void> {
  screen.step("A command may come to several events, recorded in one append, or to none.");
  const ann = openBank(store).accounts.at("ann");
  await ask(screen, "close()", ann.close());
  await ask(screen, "close()", ann.close());
  await ask(screen, "deposit(100)", ann.deposit(100));
}

async function ask(screen: Screen, command: string, result: Promise<CommandResult>): Promise<void> {
  try {
    const { aggregates } = await result;
    const events = aggregates.flatMap(({ events }) => events);
    if (events.length === 0) screen.line(command, "· nothing to do");
    for (const [i, event] of events.entries()) screen.line(i === 0 ? command : "", recorded(event));
  } catch (error) {
    screen.line(command, refusal(error));
  }
}

function refusal(error: unknown): string {
  if (error instanceof CommandRejectedError) return rejected(error.rejection, error.detail);
  if (error instanceof InvalidEventDataError) {
    return rejected(error.code, Object.fromEntries(error.issues.map(({ path, message }) => [path, message])));
  }
  throw error;
}
