import {
  parkedEvents,
  type RunOptions,
  readModels,
  replayParked,
  repository,
  runProjection,
} from "@leftfold/event-sourcing";
import { balancesWithHighest } from "./balances.ts";
import { Account } from "./domain.ts";
import { type RateOf, ratesOf } from "./rates.ts";
import { bad, good, type Screen, shown } from "./screen.ts";
import type { Bank } from "./tour.ts";

// #region policy
const parking: RunOptions = {
  onError: { policy: "park", retry: { attemptsMax: 3, baseDelayMs: 20, delayMaxMs: 100 } },
};
// #endregion policy

type Release = ReturnType<typeof balancesWithHighest>;

/** Events that cannot be processed: some of them on second thoughts, some not before the next release. */
export async function failures(bank: Bank, screen: Screen): Promise<void> {
  const attempts = new Attempts(ratesOf({ EUR: 1, USD: 0.9, GBP: 1.2 }));
  const release = balancesWithHighest(attempts.rateOf);
  {
    await using runner = runProjection(bank.store, bank.documents, release, parking);
    await runner.caughtUp();
    await retried(bank, release, attempts, screen);
    await parked(bank, release, attempts, screen);
    await inspected(bank, release, screen);
  }
  await replayed(bank, release, screen);
}

async function retried(
  { store, documents }: Bank,
  release: Release,
  attempts: Attempts,
  screen: Screen,
): Promise<void> {
  screen.step("An event fails. It is tried again, and nothing overtakes it meanwhile.");
  const view = readModels(documents).of(release);
  attempts.failOnceFor("GBP");
  const { lastGlobalNonce } = await repository(store, Account)
    .at("dan")
    .deposit({ amount: 100, currency: "GBP" });
  await view.waitFor(lastGlobalNonce ?? 0n);
  screen.line("deposit of 100 GBP", `attempts: ${attempts.of("GBP")}`);
  screen.line("dan", shown(await view.get("dan")));
}

async function parked(
  { store, documents }: Bank,
  release: Release,
  attempts: Attempts,
  screen: Screen,
): Promise<void> {
  screen.step("An event fails for good. It is parked with all later ones of its key; other keys go on.");
  const view = readModels(documents).of(release);
  const accounts = repository(store, Account);
  await accounts.at("bob").deposit({ amount: 100, currency: "CHF" });
  await accounts.at("bob").deposit({ amount: 7, currency: "EUR" });
  const { lastGlobalNonce } = await accounts.at("cleo").deposit({ amount: 7, currency: "EUR" });
  await view.waitFor(lastGlobalNonce ?? 0n);
  screen.line("deposit of 100 CHF", `attempts: ${attempts.of("CHF")}`);
  screen.line("bob", `${shown(await view.get("bob"))} ${bad("as before")}`);
  screen.line("cleo", `${shown(await view.get("cleo"))} ${good("up to date")}`);
}

async function inspected({ documents }: Bank, release: Release, screen: Screen): Promise<void> {
  screen.step("Whoever is responsible finds out what waits, and why.");
  for await (const { globalNonce, type, keys, error } of parkedEvents(documents, release)) {
    screen.line(
      `#${globalNonce} of ${keys.join(", ")}`,
      `${type}  ${bad(error ?? "waits for the one before it")}`,
    );
  }
}

async function replayed({ store, documents }: Bank, old: Release, screen: Screen): Promise<void> {
  screen.step("The next release knows Swiss francs. What was parked takes effect, in order.");
  const release = balancesWithHighest(ratesOf({ EUR: 1, USD: 0.9, GBP: 1.2, CHF: 1.1 }));
  await using runner = runProjection(store, documents, release, parking);
  const view = readModels(documents).of(release);

  const tooEarly = await replayParked(store, documents, old, "bob");
  screen.line("by the old release", `replayed: ${tooEarly.replayed}, ${bad(tooEarly.failed?.error ?? "")}`);
  const { replayed } = await replayParked(store, documents, release, "bob");
  screen.line("by the new release", `replayed: ${replayed}`);
  screen.line("bob", `${shown(await view.get("bob"))} ${good("up to date")}`);

  await repository(store, Account).at("bob").withdraw({ amount: 17, currency: "EUR" });
  await runner.caughtUp();
  screen.line("bob spends 17 euros", shown(await view.get("bob")));
  screen.line("still parked", `${runner.status().parked}`);
}

/** Counts how often a rate was asked for, and can be in trouble for a moment. */
class Attempts {
  readonly #rateOf: RateOf;
  readonly #counts = new Map([["EUR", 0]]);
  #failing: string | undefined;

  constructor(rateOf: RateOf) {
    this.#rateOf = rateOf;
  }

  failOnceFor(currency: string): void {
    this.#failing = currency;
  }

  of(currency: string): number {
    return this.#counts.get(currency) ?? 0;
  }

  readonly rateOf: RateOf = (currency) => {
    this.#counts.set(currency, this.of(currency) + 1);
    if (this.#failing === currency) {
      this.#failing = undefined;
      throw new Error("The rates are being updated.");
    }
    return this.#rateOf(currency);
  };
}
