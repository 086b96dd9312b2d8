import type { Fault } from "../fault.ts";

/** PostgreSQL and every server are killed at once: the machine is gone. */
export const killBoth: Fault = {
  name: "kill-both",
  summary: "kill -9 of PostgreSQL and of every server, at once",
  applies: () => true,
  async inject({ postgres, servers }) {
    await Promise.all([postgres.killAll(), ...servers.map((server) => server.kill())]);
    return {
      note: `PostgreSQL and ${servers.length} servers killed`,
      async heal(signal) {
        await postgres.start(signal);
        await Promise.all(servers.map((server) => server.start(signal)));
      },
    };
  },
};
