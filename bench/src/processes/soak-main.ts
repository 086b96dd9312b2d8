import { sampleResources, watchListeners } from "../soak/resource-sample.ts";
import { type ClientRound, SoakClient, type SoakClientOptions } from "../soak/soak-client.ts";
import { answerParent } from "./answer-parent.ts";

// The application of a soak in a process of its own, so that what it holds on to is not the harness's.

let client: SoakClient | undefined;

watchListeners();
answerParent(
  {
    begin: async (options: SoakClientOptions) => {
      client = await SoakClient.open(options);
    },
    round: async (round: ClientRound) => await client?.round(round),
    sample: async () => sampleResources(),
  },
  async () => await client?.[Symbol.asyncDispose](),
);
