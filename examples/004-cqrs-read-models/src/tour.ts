import { apiClient } from "./api-client.ts";
import { type Say, Screen } from "./screen.ts";

/** A walk through the bank's API, from outside: on an empty bank. */
export async function tour(url: string, say: Say): Promise<void> {
  const screen = new Screen(say);
  const api = apiClient(url, screen);
  await commands(api, screen);
  await readYourWrites(api, screen);
  await filterSortAndPage(url, api, screen);
  await anotherQuestion(api, screen);
  await refusals(api, screen);
  await askedTwice(api, screen);
}

type Api = ReturnType<typeof apiClient>;

async function commands(api: Api, screen: Screen): Promise<void> {
  screen.step("Commands are POST. They answer with their position in the log, not with the account.");
  await api.post("/accounts", { id: "ann", owner: "Ann Ahlberg" });
  await api.post("/accounts/ann/deposits", { amount: 250 });
}

async function readYourWrites(api: Api, screen: Screen): Promise<void> {
  screen.step("Queries are GET. With a position they answer when the read model has got there.");
  const position = await api.post("/accounts/ann/deposits", { amount: 50 });
  await api.account(`/accounts/ann?position=${position}`);
  screen.line(
    "Without one they answer at once, which may be a moment too early. One that is not there in time:",
  );
  await api.account("/accounts/ann?position=1000000");
}

async function filterSortAndPage(url: string, api: Api, screen: Screen): Promise<void> {
  screen.step("Filter, sort, and turn pages: forwards and back.");
  const position = await openMore(url);
  screen.line("Six more accounts were opened. Who has 100 or more, and who has most?");
  const first = await api.accounts(`/accounts?minBalance=100&sort=-balance&limit=3&position=${position}`);
  const second = await api.accounts(first.next ?? "");
  await api.accounts(second.previous ?? "");
}

async function openMore(url: string): Promise<string | undefined> {
  const quiet = apiClient(url, new Screen(() => undefined));
  const more = { bob: 90, cleo: 400, dan: 120, eve: 900, finn: 30, gus: 100 };
  let position: string | undefined;
  for (const [id, amount] of Object.entries(more)) {
    await quiet.post("/accounts", { id, owner: `${id.charAt(0).toUpperCase()}${id.slice(1)} Berg` });
    position = await quiet.post(`/accounts/${id}/deposits`, { amount });
  }
  return position;
}

async function anotherQuestion(api: Api, screen: Screen): Promise<void> {
  screen.step("Another question, another read model: the same events, one document for each.");
  const position = await api.post("/transfers", { from: "ann", to: "bob", amount: 75 });
  await api.movements(`/accounts/ann/movements?limit=2&position=${position}`);
  await api.movements(`/accounts/bob/movements?position=${position}`);
}

async function refusals(api: Api, screen: Screen): Promise<void> {
  screen.step(
    "What cannot be done is a problem with a status, a type for programs, and a detail for people.",
  );
  await api.post("/transfers", { from: "finn", to: "ann", amount: 500 });
  await api.post("/transfers", { from: "ann", to: "zoe", amount: 5 });
  await api.post("/accounts", { id: "ann", owner: "Ann Again" });
  await api.post("/accounts/ann/deposits", { amount: -5 });
  await api.accounts("/accounts?sort=shoeSize");
}

async function askedTwice(api: Api, screen: Screen): Promise<void> {
  screen.step("Who has lost an answer asks again under the same key. It is done once.");
  const key = { "idempotency-key": "7c0f" };
  await api.post("/accounts/finn/deposits", { amount: 10 }, key);
  const position = await api.post("/accounts/finn/deposits", { amount: 10 }, key);
  await api.account(`/accounts/finn?position=${position}`);
}
