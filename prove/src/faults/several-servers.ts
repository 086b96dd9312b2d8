import type { Fault } from "../fault.ts";

/** Nothing goes wrong, but that two or three servers append to the same logs, and take them from each other. */
export const severalServers: Fault = {
  name: "several-servers",
  summary: "two or three servers append to the same logs at once",
  applies: ({ servers, clients }) => servers > 1 && clients >= servers,
  async inject({ servers }) {
    return { note: `${servers.length} servers on the same logs`, heal: async () => {} };
  },
};
