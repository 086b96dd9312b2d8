import type { Fault } from "../fault.ts";

/** PostgreSQL is stopped and started again, as for an update or at a failover. */
export const restartPostgres: Fault = {
  name: "restart-postgres",
  summary: "PostgreSQL stopped, fast or immediately, and started again",
  applies: () => true,
  async inject({ postgres }, random) {
    const mode = random.pick(["fast", "immediate"] as const);
    await postgres.stop(mode);
    return { note: `PostgreSQL stopped (${mode})`, heal: (signal) => postgres.start(signal) };
  },
};
