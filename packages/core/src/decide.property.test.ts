import fc from "fast-check";
import { expect, test } from "vitest";
import type { AppendRequest, AppendResult } from "./append.ts";
import { type AppendDecision, type AppendFacts, decide, type KeyUse } from "./decide.ts";
import type { RecordedEvent } from "./event.ts";
import { matches } from "./event-query.ts";
import { any, type ExpectedNonce, exact, noStream, streamExists } from "./expected-nonce.ts";
import { defaultLimits } from "./limits.ts";
import { record } from "./record.ts";
import { validateAppend } from "./validate-append.ts";

const ids = ["a", "b", "c"];
const tags = ["x", "y"];
const uuids = Array.from({ length: 30 }, (_, i) => `00000000-0000-7000-8000-${String(i).padStart(12, "0")}`);
const expectations = [any, noStream, streamExists, ...[0n, 1n, 2n, 3n, 5n].map(exact)];

/** Few names, so that appends meet each other. */
const request: fc.Arbitrary<AppendRequest> = fc
  .record({
    appends: fc.uniqueArray(
      fc.record({
        aggregateType: fc.constant("A"),
        aggregateId: fc.constantFrom(...ids),
        expected: fc.oneof({ weight: 3, arbitrary: fc.constant(any) }, fc.constantFrom(...expectations)),
        events: fc.array(
          fc.record({
            eventType: fc.constantFrom("E", "F"),
            contentType: fc.constant("c"),
            payload: fc.constant(new Uint8Array()),
            tags: fc.subarray(tags),
            eventId: fc.option(fc.constantFrom(...uuids), { nil: undefined, freq: 2 }),
          }),
          { maxLength: 2 },
        ),
      }),
      { minLength: 1, maxLength: 2, selector: ({ aggregateId }) => aggregateId },
    ),
    conditions: fc.array(
      fc.record({
        failIfMatches: fc.record({
          anyOf: fc.array(fc.record({ tags: fc.subarray(tags, { minLength: 1 }) }), {
            minLength: 1,
            maxLength: 2,
          }),
        }),
        after: fc.option(fc.bigInt({ min: 0n, max: 20n }), { nil: undefined }),
      }),
      { maxLength: 1 },
    ),
    idempotencyKey: fc.option(fc.constantFrom("k1", "k2"), { nil: undefined, freq: 3 }),
  })
  .filter(({ appends }) => {
    const given = appends.flatMap(({ events }) => events).flatMap(({ eventId }) => eventId ?? []);
    return new Set(given).size === given.length;
  });

/** The contract read aloud over a plain list of events: slow, and written without a look at `decide`. */
class NaiveTenant {
  readonly log: { aggregateId: string; eventId: string | undefined; tags: readonly string[] }[] = [];
  readonly answered = new Map<string, { content: string; outcome: string }>();

  /** What becomes of an append, in one line of text. */
  append({ appends, conditions = [], idempotencyKey }: AppendRequest): string {
    const content = fc.stringify([appends, conditions]);
    const before = this.answered.get(idempotencyKey ?? "");
    if (before !== undefined) return before.content === content ? `again ${before.outcome}` : "mismatch";
    const wrong = [
      ...appends.filter((append) => !this.#asExpected(append)).map(({ aggregateId }) => aggregateId),
      ...conditions.flatMap(({ failIfMatches, after = 0n }) => {
        const first = this.log.findIndex(
          (event, i) =>
            BigInt(i) >= after &&
            failIfMatches.anyOf.some(({ tags = [] }) => tags.every((tag) => event.tags.includes(tag))),
        );
        return first < 0 ? [] : [`@${first + 1}`];
      }),
    ];
    if (wrong.length > 0) return `conflict ${wrong.join()}`;
    const events = appends.flatMap(({ aggregateId, events }) =>
      events.map((event) => ({ ...event, aggregateId })),
    );
    const had = events.flatMap(({ eventId }) =>
      eventId !== undefined && this.#has(eventId) ? [eventId] : [],
    );
    if (had.length > 0) return `duplicate ${had.join()}`;
    const start = this.log.length;
    for (const { aggregateId, eventId, tags = [] } of events) this.log.push({ aggregateId, eventId, tags });
    const range = events.length > 0 ? `${start + 1}-${this.log.length}` : `${start}-${start}`;
    const outcome = `${range} ${appends.map(({ aggregateId }) => this.#length(aggregateId)).join()}`;
    if (idempotencyKey !== undefined) this.answered.set(idempotencyKey, { content, outcome });
    return outcome;
  }

  #asExpected({ aggregateId, expected }: { aggregateId: string; expected: ExpectedNonce }): boolean {
    const length = this.#length(aggregateId);
    if (expected.kind === "exact") return BigInt(length) === expected.nonce;
    if (expected.kind === "noStream") return length === 0;
    return expected.kind === "any" || length > 0;
  }

  #has(eventId: string): boolean {
    return this.log.some((event) => event.eventId === eventId);
  }

  #length(aggregateId: string): number {
    return this.log.filter((event) => event.aggregateId === aggregateId).length;
  }
}

/** The same tenant, as backends have it: facts, the decision, and what it records. */
class DecidedTenant {
  readonly #log: RecordedEvent[] = [];
  readonly #keyUses = new Map<string, KeyUse>();

  append(request: AppendRequest): string {
    const append = validateAppend(request, defaultLimits);
    const fingerprint = fc.stringify([request.appends, request.conditions]);
    const decision = decide(this.#facts(), append, fingerprint);
    if (decision.kind === "accepted") {
      const recording = { tenantId: "t", recordedAt: new Date(0), newEventId: () => "assigned" };
      this.#log.push(...record(append, decision.result, recording));
      const { idempotencyKey: key } = append;
      if (key !== undefined) this.#keyUses.set(key, { fingerprint, result: decision.result });
    }
    return inWords(decision);
  }

  #facts(): AppendFacts {
    const log = this.#log;
    return {
      head: BigInt(log.length),
      aggregateNonce: (_type, id) =>
        log.findLast(({ aggregateId }) => aggregateId === id)?.aggregateNonce ?? 0n,
      keyUse: (key) => this.#keyUses.get(key),
      hasEvent: (id) => log.some(({ eventId }) => eventId === id),
      firstMatch: ({ failIfMatches, after = 0n }) =>
        log.find((event) => event.globalNonce > after && matches(failIfMatches, event))?.globalNonce,
    };
  }
}

function inWords(decision: AppendDecision): string {
  if (decision.kind === "rejected") return rejectionInWords(decision);
  const { firstGlobalNonce, lastGlobalNonce, aggregates, replayed }: AppendResult = decision.result;
  const heads = aggregates.map(({ aggregateNonce }) => aggregateNonce).join();
  return `${replayed ? "again " : ""}${firstGlobalNonce}-${lastGlobalNonce} ${heads}`;
}

function rejectionInWords({ error }: AppendDecision & { kind: "rejected" }): string {
  if ("violations" in error) {
    const violations = error.violations as readonly { aggregateId?: string; globalNonce?: bigint }[];
    return `conflict ${violations.map((v) => v.aggregateId ?? `@${v.globalNonce}`).join()}`;
  }
  return "eventIds" in error ? `duplicate ${(error.eventIds as readonly string[]).join()}` : "mismatch";
}

/** Appends, some of which repeat an earlier one. */
const sequence = fc
  .array(fc.tuple(request, fc.option(fc.nat(), { freq: 3 })), { minLength: 1, maxLength: 25 })
  .map((drawn) =>
    drawn.map(([request, repeated], i) => (repeated === null ? request : drawn[repeated % (i + 1)]![0])),
  );

test("every sequence of appends is decided as the contract says", () => {
  const kinds = new Set<string>();
  fc.assert(
    fc.property(sequence, (requests) => {
      const [naive, decided] = [new NaiveTenant(), new DecidedTenant()];
      for (const request of requests) {
        const outcome = decided.append(request);
        expect(outcome).toBe(naive.append(request));
        kinds.add(/^[a-z]*/.exec(outcome)![0]);
      }
    }),
    { numRuns: 300 },
  );
  // Without all of these the requests would have been too tame to prove anything.
  expect([...kinds].sort()).toEqual(["", "again", "conflict", "duplicate", "mismatch"]);
});
