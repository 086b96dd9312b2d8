import type { SeededBug } from "./seeded-bug.ts";

const position = "packages/client/src/reading/subscription-position.ts";

/** Mistakes in how the client repeats and resumes. */
export const clientBugs: readonly SeededBug[] = [
  {
    name: "repeat-without-a-key",
    mistake: "An append that the caller gave no key is repeated without one after an answer that never came.",
    huntedBy: ["faults"],
    edits: [
      {
        file: "packages/client/src/wire/wire-append.ts",
        find: "encodeAppend(tenantId, { ...append, idempotencyKey })",
        replace: "encodeAppend(tenantId, append)",
      },
    ],
  },
  {
    name: "resume-one-too-late",
    mistake: "A subscription that was cut goes on one event after the one that follows what came last.",
    huntedBy: ["faults"],
    edits: [
      {
        file: position,
        find: '    return this.#settled ?? "head";',
        replace: '    return this.#settled === undefined ? "head" : this.#settled + 1n;',
      },
    ],
  },
  {
    name: "resume-one-too-early",
    mistake: "A subscription that was cut goes on with the event that came last, which comes twice.",
    huntedBy: ["faults"],
    edits: [
      {
        file: position,
        find: '    return this.#settled ?? "head";',
        replace:
          '    return this.#settled === undefined ? "head" : this.#settled > 0n ? this.#settled - 1n : 0n;',
      },
    ],
  },
];
