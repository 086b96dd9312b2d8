import type { Fault } from "../fault.ts";

/** A server is killed in the middle of whatever it is at, and started again. */
export const killServer: Fault = {
  name: "kill-server",
  summary: "kill -9 of a server process, which is started again when it heals",
  applies: () => true,
  async inject({ servers }, random) {
    const index = random.below(servers.length);
    const server = servers[index]!;
    await server.kill();
    return { note: `server ${index} killed`, heal: (signal) => server.start(signal) };
  },
};
