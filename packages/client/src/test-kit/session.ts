import { anAppend, takeUntil } from "@leftfold/testing";
import type { connect } from "../connect.ts";

/** A call of every kind; gives what came back, in words. */
export async function session(open: typeof connect, baseUrl: string): Promise<string[]> {
  const client = open({ baseUrl });
  const store = client.tenant("session");
  const said: string[] = [];
  said.push(`appended ${(await store.append(anAppend())).firstGlobalNonce}`);
  const both = await Promise.all([store.append(anAppend()), store.append(anAppend())]);
  said.push(`appended ${both.map(({ firstGlobalNonce }) => firstGlobalNonce).join(" and ")}`);
  for await (const event of store.readAll({ from: 2n })) said.push(`read ${event.globalNonce}`);
  for await (const event of store.readStream({ aggregateType: "order", aggregateId: "o1", from: 3n })) {
    said.push(`read ${event.aggregateType} ${event.aggregateNonce}`);
  }
  const followed = await takeUntil(store.subscribe({ after: 2n }), ({ kind }) => kind === "caughtUp");
  said.push(`followed ${followed.map(({ kind }) => kind).join(" and ")}`);
  said.push(`head ${await store.head()}`);
  await client[Symbol.asyncDispose]();
  return said;
}

/** What a session in an empty store says. */
export const sessionSaid: readonly string[] = [
  "appended 1",
  "appended 2 and 3",
  "read 2",
  "read 3",
  "read order 3",
  "followed event and caughtUp",
  "head 3",
];
