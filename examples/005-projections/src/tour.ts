import type { EventStore, ReadModelStore } from "@leftfold/core";
import { type Runner, readModels, repository, runProjection } from "@leftfold/event-sourcing";
import { balances, balancesWithHighest } from "./balances.ts";
import { Account } from "./domain.ts";
import { failures } from "./failures.ts";
import { ratesOf } from "./rates.ts";
import { bad, counted, good, type Say, Screen, shown } from "./screen.ts";
import { until, watch } from "./watch.ts";

/** What the tour is taken on: a log without events, and a place for documents. */
export interface Bank {
  readonly store: EventStore;
  readonly documents: ReadModelStore;
}

/** The life of a read model: built, left behind, rebuilt in another version, and in trouble. */
export async function tour(bank: Bank, say: Say): Promise<void> {
  const screen = new Screen(say);
  await writeHistory(bank);
  await using first = runProjection(bank.store, bank.documents, firstVersion, { batch });
  await build(bank, first, screen);
  await standStill(bank, first, screen);
  await rebuild(bank, first, screen);
  await failures(bank, screen);
}

const rateOf = ratesOf({ EUR: 1, USD: 0.9 });
const firstVersion = balances(rateOf);
const secondVersion = balancesWithHighest(rateOf);
/** Small, so that there is something to see. The default is 2,000. */
const batch = { eventsMax: 500 };

/** 20,000 events: four accounts, and a lot of money. */
async function writeHistory({ store }: Bank): Promise<void> {
  const accounts = repository(store, Account);
  const amounts = Array.from({ length: 4_999 }, (_, i) => ({ amount: 10, currency: i % 2 ? "USD" : "EUR" }));
  for (const [id, owner] of Object.entries({ ann: "Ann", bob: "Bob", cleo: "Cleo", dan: "Dan" })) {
    await accounts.at(id).open(owner);
    await accounts.at(id).deposit(...amounts);
  }
}

async function build({ documents }: Bank, first: Runner, screen: Screen): Promise<void> {
  screen.step("A projection folds 20,000 events. Logs have no holes, so its progress is exact.");
  await screen.progress(watch(first));
  screen.line("ann", shown(await readModels(documents).of(firstVersion).get("ann")));
}

async function standStill({ store, documents }: Bank, first: Runner, screen: Screen): Promise<void> {
  screen.step("It is stopped, and the log goes on. Anybody can tell how far it has got.");
  await first.stop();
  await repository(store, Account)
    .at("ann")
    .deposit(...Array(5_000).fill({ amount: 10, currency: "EUR" }));
  const checkpoint = await documents.checkpoint(firstVersion);
  const head = await store.head();
  screen.line("checkpoint", counted(checkpoint));
  screen.line("the log ends at", `${counted(head)}, so the lag is ${counted(head - checkpoint)}`);
  screen.line("", "started again, it goes on from there:");
  first.start();
  await screen.progress(watch(first));
}

async function rebuild({ store, documents }: Bank, first: Runner, screen: Screen): Promise<void> {
  screen.step("Version 2 has a new field. It is built beside version 1, which readers use meanwhile.");
  const view = readModels(documents).of(firstVersion);
  const ann = repository(store, Account).at("ann");
  const inUse = () => documents.activeVersion("balances");
  screen.line(`readers use version ${await inUse()}`, shown(await view.get("ann")));

  await using second = runProjection(store, documents, secondVersion, { batch, oldVersion: "drop" });
  const writing = ann.withdraw({ amount: 40_000, currency: "EUR" });
  await screen.progress(watch(second), async () => `readers use version ${await inUse()}`);
  await writing;
  await second.caughtUp();
  // Readers change over when it has caught up; then nobody needs version 1 any more, and it is dropped.
  await until(async () => (await documents.checkpoint(firstVersion)) === 0n);

  screen.line(
    `readers use version ${await inUse()}`,
    `${shown(await view.get("ann"))} ${good("switched over")}`,
  );
  await ann.deposit({ amount: 1, currency: "EUR" });
  await first.ended().catch((error) => screen.line("who runs version 1", bad(`${error.message}`)));
}
