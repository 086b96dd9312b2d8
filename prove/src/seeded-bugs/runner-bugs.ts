import type { SeededBug } from "./seeded-bug.ts";

const consumer = "packages/event-sourcing/src/projection/consumer.ts";
const commitSql = "packages/backend-postgres/src/read-models/commit-sql.ts";

/** Mistakes in how read models are kept. */
export const runnerBugs: readonly SeededBug[] = [
  {
    name: "checkpoint-before-the-write",
    mistake: "A runner advances its checkpoint, and writes the documents in a second commit.",
    huntedBy: ["killed-runners"],
    edits: [
      {
        file: consumer,
        find: "  await readModels.commit(request);",
        replace:
          "  await readModels.commit({ checkpoint, from, to, writes: [] });\n" +
          "  await readModels.commit({ ...request, from: to });",
      },
    ],
  },
  {
    name: "write-before-the-checkpoint",
    mistake: "A runner writes the documents, and advances its checkpoint in a second commit.",
    huntedBy: ["killed-runners"],
    edits: [
      {
        file: consumer,
        find: "  await readModels.commit(request);",
        replace:
          "  await readModels.commit({ ...request, to: from });\n" +
          "  await readModels.commit({ checkpoint, from, to, writes: [] });",
      },
    ],
  },
  {
    name: "commit-without-a-fence",
    mistake:
      "A batch is committed whatever the checkpoint is by then: a runner that was overtaken writes all the same.",
    huntedBy: ["killed-runners"],
    edits: [
      {
        file: commitSql,
        find: `and c.position = \${values.add(from)}::bigint and \${isSeen} and \${hasTurn}`,
        replace: `and \${values.add(from)}::bigint >= 0 and \${hasTurn}`,
      },
      { file: commitSql, find: `where c.position = 0 and \${isSeen} returning 1`, replace: "returning 1" },
    ],
  },
  {
    name: "start-behind-the-checkpoint",
    mistake: "A runner that starts again skips the first event after its checkpoint.",
    huntedBy: ["killed-runners"],
    edits: [
      {
        file: consumer,
        find: "store.subscribe({ query, after: checkpoint }",
        replace: "store.subscribe({ query, after: checkpoint > 0n ? checkpoint + 1n : 0n }",
      },
    ],
  },
  {
    name: "keep-documents-after-a-conflict",
    mistake: "What a runner holds of documents in memory outlives a commit that did not hold.",
    huntedBy: ["killed-runners"],
    edits: [
      {
        file: "packages/event-sourcing/src/projection/document-worker.ts",
        find: "    this.#cache = new DocumentCache(this.#setting.cachedDocumentsMax, checkpoint === 0n);",
        replace: "    void checkpoint;",
      },
    ],
  },
  {
    name: "partition-skips-keys",
    mistake: "The hash of a key may be negative, and what remains of it is then no partition's number.",
    huntedBy: ["killed-runners"],
    edits: [
      {
        file: "packages/event-sourcing/src/projection/partition-of.ts",
        find: "  return ((hash ^ (hash >>> 13)) >>> 0) % count;",
        replace: "  return (hash ^ (hash >>> 13)) % count;",
      },
    ],
  },
  {
    name: "react-under-a-new-key",
    mistake:
      "What a process manager asks for gets a new key each time, so that it is done again after a crash.",
    huntedBy: ["killed-processes"],
    edits: [
      {
        file: "packages/event-sourcing/src/process/reacting.ts",
        find: `const idempotencyKey = \`\${process.name}/\${event.eventId}/\${index}\`;`,
        replace: `const idempotencyKey = \`\${process.name}/\${event.eventId}/\${index}/\${Math.random()}\`;`,
      },
    ],
  },
];
