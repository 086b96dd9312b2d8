import {
  type AppendRequest,
  any,
  defaultLimits,
  EventStoreError,
  type ExpectedNonce,
  exact,
  noStream,
  streamExists,
  validateAppend,
} from "@leftfold/core";
import { anAggregate, anEvent, noneOf } from "@leftfold/testing";
import type { Scenario, Simulation } from "@leftfold/testing/simulation";
import { appendFingerprint } from "../append-fingerprint.ts";
import { defaultQueueBounds } from "../append-queue.ts";
import type { LogStorage } from "../log-storage.ts";
import { Sequencer } from "../sequencer.ts";
import { type AskedAppend, SequencerLedger } from "./sequencer-ledger.ts";
import { SimulatedLog } from "./simulated-log.ts";
import { SimulatedLogStorage } from "./simulated-log-storage.ts";

const writers = ["Ann", "Ben", "Cid"];
const bounds = { ...defaultQueueBounds, waitingAppendsMax: 2, batchAppendsMax: 2 };

/** What a seeded bug makes of a server's storage. */
export type StorageBug = (storage: LogStorage, log: SimulatedLog, simulation: Simulation) => LogStorage;

/** Writers append through one to three servers on one log, and repeat under their keys what they do not know the outcome of. */
export function simulatedSequencers(bug: StorageBug = (storage) => storage): Scenario {
  return async (simulation) => {
    const log = new SimulatedLog();
    const world = new SequencerWorld(simulation, log, bug);
    await Promise.all(writers.map((who) => world.write(who)));
    await Promise.all(world.sequencers.map((sequencer) => sequencer.close()));
    world.ledger.check(world.asked);
    if (log.appendsInOneCommit > bounds.batchAppendsMax)
      throw new Error(`${log.appendsInOneCommit} appends went into one commit.`);
    if (!world.sequencers.every(({ isIdle }) => isIdle))
      throw new Error("A sequencer that was closed is not idle.");
  };
}

class SequencerWorld {
  readonly sequencers: readonly Sequencer[];
  readonly ledger: SequencerLedger;
  readonly asked: AskedAppend[] = [];
  readonly #simulation: Simulation;
  readonly #log: SimulatedLog;
  #ids = 0;

  constructor(simulation: Simulation, log: SimulatedLog, bug: StorageBug) {
    this.#simulation = simulation;
    this.#log = log;
    this.ledger = new SequencerLedger(log);
    const servers = ["server 1", "server 2", "server 3"].slice(0, simulation.pick([2, 1, 3]));
    this.sequencers = servers.map(
      (who) =>
        new Sequencer({
          tenantId: "t",
          storage: bug(new SimulatedLogStorage(simulation, who, log), log, simulation),
          bounds,
          clock: () => new Date(),
          newEventId: () => eventId(1_000 + this.#ids++),
          newStamp: () => `stamp ${this.#ids++}`,
          wantsEvents: () => false,
          onCommitted: () => undefined,
        }),
    );
  }

  async write(who: string): Promise<void> {
    const count = this.#simulation.pick([1, 2, 3]);
    for (let i = 1; i <= count; i++) await this.#append(who, `${who}-${i}`);
  }

  async #append(who: string, eventType: string): Promise<void> {
    const append = validateAppend(this.#request(eventType), defaultLimits);
    const asked = {
      append,
      fingerprint: appendFingerprint(append),
      eventType,
      headBefore: this.#log.head.nonce,
    };
    this.asked.push(asked);
    this.#simulation.note(who, `asks for ${describe(asked)}`);
    const isLeft = this.#simulation.pick([false, false, false, true]);
    for (;;) {
      const sequencer = this.sequencers[this.#simulation.pick([0, 1, 2]) % this.sequencers.length]!;
      const leaving = new AbortController();
      if (isLeft) void this.#simulation.turn(who, "leaves").then(() => leaving.abort(left));
      try {
        const result = await sequencer.append(append, asked.fingerprint, leaving.signal);
        this.#simulation.note(who, `${eventType} is at ${result.firstGlobalNonce}`);
        return this.ledger.acknowledged(asked, result);
      } catch (error) {
        if (error === left) return;
        if (!(error instanceof EventStoreError)) throw error;
        this.#simulation.note(who, `${eventType} fails with ${error.code}`);
        if (error.code === "internal") throw error;
        if (!error.retryable) return this.ledger.rejected(asked, error);
        if (append.idempotencyKey === undefined && error.code === "unavailable") return;
        await this.#simulation.turn(who, "tries again");
      }
    }
  }

  #request(eventType: string): AppendRequest {
    const simulation = this.#simulation;
    const aggregateId = simulation.pick(["a", "b"]);
    const head = this.#log.before(this.#log.head.nonce);
    const known = exact(head.aggregateNonce("order", aggregateId));
    const expected: ExpectedNonce = simulation.pick([any, known, noStream, streamExists]);
    const id = simulation.pick([undefined, undefined, undefined, eventId(1)]);
    const events = Array.from({ length: simulation.pick([1, 2, 0]) }, (_, i) =>
      anEvent({ eventType, ...(id !== undefined && i === 0 && { eventId: id }) }),
    );
    const appends = [anAggregate({ aggregateId, expected, events })];
    if (simulation.pick([false, false, true]))
      appends.push(anAggregate({ aggregateId: "c", events: [anEvent({ eventType })] }));
    const conditions = simulation.pick([
      undefined,
      undefined,
      [noneOf([{ aggregateIdPrefix: "c" }], head.head)],
    ]);
    const idempotencyKey = simulation.pick([eventType, eventType, undefined, "shared"]);
    return { appends, ...(conditions && { conditions }), ...(idempotencyKey && { idempotencyKey }) };
  }
}

/** An append in a line. */
function describe({ append, eventType }: AskedAppend): string {
  const { appends, conditions, idempotencyKey } = append;
  const parts = appends.map(({ aggregateId, expected, events }) => {
    const nonce = expected.kind === "exact" ? ` ${expected.nonce}` : "";
    return `${events.length} events of ${aggregateId} (${expected.kind}${nonce})`;
  });
  const condition = conditions === undefined ? "" : ` if nothing of c comes after ${conditions[0]?.after}`;
  return `${eventType}: ${parts.join(" and ")}${condition}, key ${idempotencyKey}`;
}

const left = new Error("left");

function eventId(n: number): string {
  return `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;
}
