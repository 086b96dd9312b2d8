import type { SeededBug } from "./seeded-bug.ts";

const commitBatch = "packages/backend-postgres/src/commit-batch.ts";

/** Mistakes in how batches are numbered and committed. */
export const commitBugs: readonly SeededBug[] = [
  {
    name: "skip-the-fence",
    mistake: "A batch is committed without a look at whether the head is still where it was decided on.",
    huntedBy: ["storm"],
    edits: [
      {
        file: commitBatch,
        find: '"where tenant_id = $1 and head = $2::bigint and stamp = $3::uuid returning head)"',
        replace: '"where tenant_id = $1 and $2::bigint >= 0 and $3::uuid is not null returning head)"',
      },
    ],
  },
  {
    name: "fence-without-stamp",
    mistake:
      "The fence compares the length of the log alone, and takes a foreign log of equal length for its own.",
    huntedBy: ["storm"],
    edits: [
      {
        file: commitBatch,
        find: "and head = $2::bigint and stamp = $3::uuid returning head)",
        replace: "and head = $2::bigint and $3::uuid is not null returning head)",
      },
    ],
  },
  {
    name: "order-by-a-sequence",
    mistake:
      "Numbers are drawn by a statement of its own, as from a sequence, and the rows come with the next: they become visible in another order.",
    huntedBy: ["storm", "faults"],
    edits: [
      {
        file: commitBatch,
        find: `  const { text, parameters } = commitStatement(schema, commit);
  const query`,
        replace: `  const { tenantId, known, next } = commit;
  const drawn = await sql.unsafe(
    \`update \${schema}.tenants set head = $4::bigint, stamp = $5::uuid, recorded_at = $6::timestamptz \` +
      "where tenant_id = $1 and head = $2::bigint and stamp = $3::uuid returning head",
    [
      tenantId,
      known.nonce.toString(),
      known.stamp,
      next.nonce.toString(),
      next.stamp,
      new Date(next.recordedAtMs).toISOString(),
    ],
    { prepare: true },
  );
  if (drawn.length === 0) return false;
  const { text, parameters } = commitStatement(schema, commit);
  const query`,
      },
      {
        file: commitBatch,
        find: `    \`with fence as (update \${schema}.tenants set head = $4::bigint, stamp = $5::uuid, recorded_at = $6::timestamptz \` +
      "where tenant_id = $1 and head = $2::bigint and stamp = $3::uuid returning head)",`,
        replace: `    "with fence as (select $4::bigint as head where $3::uuid is not null and $5::uuid is not null)",`,
      },
    ],
  },
  {
    name: "tags-in-a-second-transaction",
    mistake: "Tags and keys are inserted after the events, in a transaction of their own.",
    huntedBy: ["storm"],
    edits: [
      {
        file: commitBatch,
        find: `    return (await query).length === 1;`,
        replace: `  if ((await query).length === 0) return false;
  if (rows.tags.length === 0 && rows.keys.length === 0) return true;
  const second = [tenantId];
  const add = (value: string): string => \`$\${second.push(value)}\`;
  const more = ["with fence as (select $1::text as t)"];
  if (rows.tags.length > 0) more.push(insertTags(schema, rows.tags, add));
  if (rows.keys.length > 0) more.push(insertKeys(schema, rows.keys, add));
  await sql.unsafe(\`\${more.join(", ")} select 1\`, second, { prepare: true });
  return true;`,
      },
      {
        file: commitBatch,
        find: `  const { text, parameters } = commitStatement(schema, commit);
  const query`,
        replace: `  const { tenantId, rows } = commit;
  const { text, parameters } = commitStatement(schema, commit);
  const query`,
      },
      {
        file: commitBatch,
        find: `  if (rows.tags.length > 0) parts.push(insertTags(schema, rows.tags, add));
  if (rows.keys.length > 0) parts.push(insertKeys(schema, rows.keys, add));
  return`,
        replace: "  return",
      },
    ],
  },
  {
    name: "append-in-halves",
    mistake:
      "A large batch is committed in two transactions, cut where it is in the middle and not between appends.",
    huntedBy: ["storm", "faults"],
    edits: [
      {
        file: commitBatch,
        find: `  const { text, parameters } = commitStatement(schema, commit);
  const query`,
        replace: `  const { known, next, rows } = commit;
  const half = rows.eventIds.length >> 1;
  if (half > 0) {
    const nonce = known.nonce + BigInt(half);
    const sizes = rows.envelopeSizes.map((size, i) => size + rows.payloadSizes[i]!);
    const cutAt = sizes.slice(0, half).reduce((sum, size) => sum + size, 0);
    const bytes = Buffer.from(rows.contents, "base64");
    const cut = (from: number, to?: number): BatchRows => ({
      aggregateTypes: rows.aggregateTypes.slice(from, to),
      aggregateIds: rows.aggregateIds.slice(from, to),
      aggregateNonces: rows.aggregateNonces.slice(from, to),
      eventIds: rows.eventIds.slice(from, to),
      eventTypes: rows.eventTypes.slice(from, to),
      envelopeSizes: rows.envelopeSizes.slice(from, to),
      payloadSizes: rows.payloadSizes.slice(from, to),
      contents: (from === 0 ? bytes.subarray(0, cutAt) : bytes.subarray(cutAt)).toString("base64"),
      tags: rows.tags.filter((tag) => (tag.globalNonce <= nonce) === (from === 0)),
      keys: from === 0 ? [] : rows.keys,
    });
    const middle = { ...next, nonce };
    const first = commitStatement(schema, { ...commit, next: middle, rows: cut(0, half) });
    const done = await sql.unsafe(first.text, first.parameters, { prepare: true });
    if (done.length === 0) return false;
    commit = { ...commit, known: middle, rows: cut(half) };
  }
  const { text, parameters } = commitStatement(schema, commit);
  const query`,
      },
    ],
  },
];
