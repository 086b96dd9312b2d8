import type { World } from "./world/world.ts";

/** What clients went through in a run: whether its faults were felt. */
export interface Traffic {
  /** Times that a client waited by itself to try something again. */
  readonly repetitions: number;
  /** Times that a client vanished. */
  readonly vanished: number;
  /**
   * Times that, in a log, an append through one server came next after one through another: what each server
   * knew of the log was stale then, and its fence had to hold.
   */
  readonly handovers: number;
}

/** Adds up what the clients of a world noted. */
export function trafficOf({ clients, servers, tenantIds }: World): Traffic {
  let [repetitions, vanished, handovers] = [0, 0, 0];
  for (const client of clients) {
    repetitions += client.repetitions;
    vanished += client.vanished;
  }
  for (const tenantId of tenantIds) {
    const appends = clients.flatMap((client, i) =>
      (client.recorded.get(tenantId) ?? []).map((nonce) => ({ nonce, server: i % servers.length })),
    );
    appends.sort((one, other) => Number(one.nonce - other.nonce));
    appends.forEach(({ server }, i) => {
      if (i > 0 && appends[i - 1]!.server !== server) handovers++;
    });
  }
  return { repetitions, vanished, handovers };
}
