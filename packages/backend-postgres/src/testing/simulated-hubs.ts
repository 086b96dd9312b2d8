import {
  defaultLimits,
  EventStoreError,
  type FollowedLog,
  type SubscribeRequest,
  validateAppend,
} from "@leftfold/core";
import { anAppend, someEvents } from "@leftfold/testing";
import type { Scenario, Simulation } from "@leftfold/testing/simulation";
import { appendFingerprint } from "../append-fingerprint.ts";
import { defaultQueueBounds } from "../append-queue.ts";
import type { LogBatch } from "../log-batch.ts";
import { LogHub } from "../log-hub.ts";
import { Sequencer } from "../sequencer.ts";
import { SimulatedFollower } from "./simulated-follower.ts";
import { SimulatedLog } from "./simulated-log.ts";
import { simulatedLogPages } from "./simulated-log-pages.ts";
import { SimulatedLogStorage } from "./simulated-log-storage.ts";
import type { StorageBug } from "./simulated-sequencers.ts";

const pollIntervalMs = 500;
/** Small, so that a slow follower falls behind it. */
const tail = { eventsMax: 3, bytesMax: 1024 };

/** A seeded bug: what it makes of the storage, of a follower's view of the log, of what is heard of other servers. */
export interface HubBug {
  readonly storage?: StorageBug;
  readonly view?: (log: FollowedLog<LogBatch>) => FollowedLog<LogBatch>;
  readonly hear?: (hub: LogHub, head: bigint) => void;
}

/** Two servers on one log, each with a writer and followers. Word of new heads is lost, late, doubled and made up. */
export function simulatedHubs(bug: HubBug = {}): Scenario {
  return async (simulation) => {
    const world = new HubWorld(simulation, bug);
    let writing = 2;
    const write = async (server: number): Promise<void> => {
      await world.write(server);
      writing--;
    };
    await Promise.all([
      write(0),
      write(1),
      ...["Ann", "Ben"].map((who, i) => world.follow(who, i % 2, () => writing === 0)),
    ]);
    if (world.hubs.some((hub) => hub.isActive || hub.waiting > 0))
      throw new Error("A hub that everybody has left goes on.");
  };
}

/** One server, one append, one follower, and a stranger who announces a head that does not exist. */
export const strangersWord: Scenario = async (simulation) => {
  const world = new HubWorld(simulation, {});
  let isWritten = false;
  const write = async (): Promise<void> => {
    await world.write(0);
    isWritten = true;
  };
  const announce = async (): Promise<void> => {
    await simulation.turn("stranger", "announces event 9");
    world.hubs[0]!.hear(9n);
  };
  await Promise.all([world.follow("Ann", 0, () => isWritten), announce(), write()]);
};

/** Somebody follows a log on one server, and somebody else joins there at the head, while another server writes. */
export const joiningAtTheHead: Scenario = async (simulation) => {
  const world = new HubWorld(simulation, {});
  let isWritten = false;
  const write = async (): Promise<void> => {
    await world.write(1);
    isWritten = true;
  };
  const all = new SimulatedFollower(simulation, "Ann", world.log, {});
  const late = new SimulatedFollower(simulation, "Ben", world.log, { after: "head" });
  const hub = world.hubs[0]!;
  await Promise.all([write(), all.run(hub, () => isWritten), late.run(hub, () => isWritten)]);
};

class HubWorld {
  readonly hubs: readonly LogHub[];
  readonly #simulation: Simulation;
  readonly log = new SimulatedLog();
  readonly #sequencers: readonly Sequencer[];
  readonly #bug: HubBug;
  #ids = 0;

  constructor(simulation: Simulation, bug: HubBug) {
    this.#simulation = simulation;
    const servers = ["server 1", "server 2"];
    this.hubs = servers.map((who) => new LogHub(simulatedLogPages(simulation, who, this.log), tail));
    this.#bug = bug;
    this.#sequencers = servers.map((who, i) => this.#sequencer(who, i));
    servers.forEach((who, i) => {
      setInterval(() => void this.#poll(who, i), pollIntervalMs);
    });
  }

  async write(server: number): Promise<void> {
    const who = `writer ${server + 1}`;
    const count = this.#simulation.pick([1, 2]);
    for (let i = 0; i < count; i++) {
      await this.#simulation.turn(who, "appends");
      const aggregateId = this.#simulation.pick(["a", "b"]);
      const events = someEvents(this.#simulation.pick([1, 2]));
      const append = validateAppend(
        anAppend({ aggregateId, events, idempotencyKey: `${who} ${i}` }),
        defaultLimits,
      );
      for (let isDone = false; !isDone; ) {
        const sequencer = this.#sequencers[server]!;
        isDone = await sequencer.append(append, appendFingerprint(append), undefined).then(
          ({ lastGlobalNonce }) => {
            if (lastGlobalNonce > this.log.acknowledged) this.log.acknowledged = lastGlobalNonce;
            return true;
          },
          (error: unknown) => {
            if (!(error instanceof EventStoreError && error.retryable)) throw error;
            return false;
          },
        );
      }
    }
  }

  async follow(who: string, server: number, isWritten: () => boolean): Promise<void> {
    const request: SubscribeRequest = {
      after: this.#simulation.pick([0n, "head" as const]),
      query: this.#simulation.pick([undefined, { anyOf: [{ aggregateIdPrefix: "a" }] }]),
    };
    const follower = new SimulatedFollower(this.#simulation, who, this.log, request, this.#bug.view);
    await follower.run(this.hubs[server]!, isWritten);
  }

  #sequencer(who: string, server: number): Sequencer {
    const storage = new SimulatedLogStorage(this.#simulation, who, this.log);
    return new Sequencer({
      tenantId: "t",
      storage: (this.#bug.storage ?? same)(storage, this.log, this.#simulation),
      bounds: defaultQueueBounds,
      clock: () => new Date(),
      newEventId: () => `00000000-0000-7000-8000-${String(this.#ids++).padStart(12, "0")}`,
      newStamp: () => `stamp ${this.#ids++}`,
      wantsEvents: () => this.hubs[server]!.isActive,
      onCommitted: (commit) => {
        this.hubs[server]!.accept(commit);
        this.hubs.forEach((_, to) => {
          void this.#tell(to, commit.lastGlobalNonce);
        });
      },
    });
  }

  /** A notification's way to a server. */
  async #tell(server: number, head: bigint): Promise<void> {
    const who = `word of ${head}`;
    const fault = this.#simulation.oneOf(who, [undefined, "is lost", "comes twice", "is exaggerated"]);
    if (fault === "is lost") return;
    for (let i = 0; i < (fault === "comes twice" ? 2 : 1); i++) {
      await this.#simulation.turn(who, `reaches server ${server + 1}`);
      this.#hear(server, fault === "is exaggerated" ? head + 3n : head);
    }
  }

  async #poll(who: string, server: number): Promise<void> {
    if (!this.hubs[server]!.isActive) return;
    const head = this.log.head.nonce;
    await this.#simulation.turn(who, `has polled ${head}`);
    this.#hear(server, head);
  }

  #hear(server: number, head: bigint): void {
    const { hear = (hub, heard) => hub.hear(heard) } = this.#bug;
    hear(this.hubs[server]!, head);
  }
}

const same: StorageBug = (storage) => storage;
