import type { SeededBug } from "./seeded-bug.ts";

const sequencer = "packages/backend-postgres/src/sequencer.ts";
const loadFacts = "packages/backend-postgres/src/load-facts.ts";
const logStorage = "packages/backend-postgres/src/postgres-log-storage.ts";
const decideBatch = "packages/backend-postgres/src/decide-batch.ts";
const knownLog = "packages/backend-postgres/src/known-log.ts";

/** Mistakes in how appends are decided and answered. */
export const sequencerBugs: readonly SeededBug[] = [
  {
    name: "acknowledge-before-commit",
    mistake:
      "Writers are answered as soon as their appends are decided, while the commit is still on its way.",
    huntedBy: ["storm", "faults"],
    edits: [
      {
        file: sequencer,
        find: "    const settled = this.#confirm(batch).then(",
        replace:
          '    for (const answer of batch.answers) if ("result" in answer) answer.pending.resolve(answer.result);\n' +
          "    const settled = this.#confirm(batch).then(",
      },
    ],
  },
  {
    name: "lock-and-check-in-one-statement",
    mistake:
      "The row lock is taken by the statement that reads the facts, whose snapshot is from before the lock was got.",
    huntedBy: ["storm"],
    edits: [
      {
        file: sequencer,
        find: `      const isQuiet = this.#log.isKnown && isSameHead(head, this.#log.knownHead);
      this.#lockedBatchesLeft = isQuiet ? this.#lockedBatchesLeft - 1 : quietBatches;
      if (!isQuiet) this.#log.reset(head);
      // Something has to be loaded anyway, and an assumption that is wrong would cost the whole transaction.
      for (const pending of taken) pending.verify = true;
      await this.#learn(log, taken);`,
        replace: `      const before = this.#log.isKnown ? this.#log.knownHead : undefined;
      this.#log.reset();
      for (const pending of taken) pending.verify = true;
      await this.#learn(log, taken);
      const isQuiet = before !== undefined && isSameHead(before, this.#log.knownHead);
      this.#lockedBatchesLeft = isQuiet ? this.#lockedBatchesLeft - 1 : quietBatches;`,
      },
      {
        file: logStorage,
        find: "work(access(tx), await lockHead(tx, schema, tenantId))",
        replace: 'work(access(tx), { nonce: 0n, stamp: "", recordedAtMs: 0 })',
      },
      {
        file: loadFacts,
        find: `      "select 'head', 0, head::text, stamp::text, (extract(epoch from recorded_at) * 1000)::bigint::text " +
        \`from \${schema}.tenants where tenant_id = \${tenant}\`,`,
        replace: `      "select * from (select 'head', 0, head::text, stamp::text, (extract(epoch from recorded_at) * 1000)::bigint::text " +
        \`from \${schema}.tenants where tenant_id = \${tenant} for update) locked\`,`,
      },
    ],
  },
  {
    name: "forget-the-idempotency-key",
    mistake: "The key of an append is not stored with it, and only the process that took it remembers.",
    huntedBy: ["storm"],
    edits: [
      {
        file: decideBatch,
        find: "    addKey(rows, pending, decision.result);\n",
        replace: "",
      },
    ],
  },
  {
    name: "check-the-first-aggregate-only",
    mistake: "Of an append to several aggregates, only what is expected of the first one is checked.",
    huntedBy: ["storm"],
    edits: [
      {
        file: "packages/core/src/decide.ts",
        find: `  return appends.map(({ aggregateType, aggregateId, expected, events }) => {
    const actual = facts.aggregateNonce(aggregateType, aggregateId);
    if (!holds(expected, actual))`,
        replace: `  return appends.map(({ aggregateType, aggregateId, expected, events }, index) => {
    const actual = facts.aggregateNonce(aggregateType, aggregateId);
    if (index === 0 && !holds(expected, actual))`,
      },
    ],
  },
  {
    name: "conditions-forget-the-batch",
    mistake:
      "A condition is held against the table, but not against what was accepted and is not committed yet.",
    huntedBy: ["storm"],
    edits: [
      {
        file: knownLog,
        find: "    for (let i = after > before ? Number(after - before) : 0; i < this.#tail.length; i++) {",
        replace: "    for (let i = this.#tail.length; i < this.#tail.length; i++) {",
      },
    ],
  },
  {
    name: "half-known-after-a-failure",
    mistake: "A fence that failed is followed by a look at the new head, but what else was known is kept.",
    huntedBy: ["storm"],
    edits: [
      {
        file: knownLog,
        find: `    this.#aggregateNonces.clear();
    this.#keyUses.clear();
    this.#foreignUses.clear();
    this.#eventIds.clear();
    this.#loadedMatches.clear();
    this.#tail = [];`,
        replace: "    this.#tail = [];",
      },
    ],
  },
  {
    name: "reject-on-what-is-not-confirmed",
    mistake:
      "A rejection is told at once, though it rests on what may be out of date or never become durable.",
    huntedBy: ["storm"],
    edits: [
      {
        file: sequencer,
        find: "    const settled = this.#confirm(batch).then(",
        replace:
          '    for (const answer of batch.answers) if ("error" in answer) answer.pending.reject(answer.error);\n' +
          "    const settled = this.#confirm(batch).then(",
      },
    ],
  },
];
