import {
  any,
  type EventStoreBackend,
  EventStoreError,
  noStream,
  type ReadModelCommit,
  type ReadModelStore,
} from "@leftfold/core";
import { anAggregate, collect } from "@leftfold/testing";
import { type CommitCut, type CommitMoment, commitMoments, postgresTap } from "@leftfold/testing/proxy";
import { describe, expect, it } from "vitest";
import { postgresReadModels } from "./read-models/postgres-read-models.ts";
import { databaseProxy, urlThrough } from "./testing/database-proxy.ts";
import { Workbench } from "./testing/workbench.ts";

/** A way to PostgreSQL that is cut, once armed, by the next statement that commits. */
class CutOnce implements AsyncDisposable {
  readonly workbench: Workbench = new Workbench();
  readonly cuts: CommitCut[] = [];
  readonly #resources = new AsyncDisposableStack();
  readonly #commits: RegExp;
  #moment: CommitMoment | undefined;
  #url = "";

  private constructor(commits: RegExp) {
    this.#commits = commits;
    this.#resources.use(this.workbench);
  }

  static async by(commits: RegExp): Promise<CutOnce> {
    const way = new CutOnce(commits);
    const tap = postgresTap({
      cutAt: ({ text }) => (way.#commits.test(text) ? way.#moment : undefined),
      onCut: (cut) => {
        way.cuts.push(cut);
        way.#moment = undefined;
      },
    });
    way.#url = urlThrough(way.#resources.use(await databaseProxy({ tap })));
    return way;
  }

  arm(moment: CommitMoment): void {
    this.#moment = moment;
  }

  backend(): Promise<EventStoreBackend> {
    return this.workbench.backend({ url: this.#url });
  }

  async readModels(): Promise<ReadModelStore> {
    const options = { url: this.#url, schema: this.workbench.schemaName, tenantId: "t" };
    const store = await postgresReadModels(options);
    // Before the workbench drops its schema.
    this.#resources.defer(() => store[Symbol.asyncDispose]());
    return store;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#resources.disposeAsync();
  }
}

/** Tries until the outcome is known: a connection that was cut may be noticed only when it is used. */
async function insist<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof EventStoreError && error.retryable)) throw error;
    }
  }
}

const codeOf = (error: { code: string }): string => error.code;
const unavailable = { code: "unavailable", retryable: true };
const hasEffect = (moment: CommitMoment): boolean => moment !== "before" && moment !== "unsynced";

describe.each(commitMoments)("an append whose connection is cut by its commit: %s", (moment) => {
  const request = {
    appends: [
      anAggregate({ aggregateId: "b", expected: noStream }),
      anAggregate({ aggregateId: "c", expected: any }),
    ],
    idempotencyKey: "k",
  };

  it("has an outcome that is not known, and repeated under its key gives the first result, once", async () => {
    await using way = await CutOnce.by(/^with fence as .*update .*tenants/);
    const store = (await way.backend()).tenant("t");
    await store.append({ appends: [anAggregate({ aggregateId: "a" })] });
    way.arm(moment);
    const cut = store.append(request);
    if (moment === "answered") expect(await cut).toMatchObject({ firstGlobalNonce: 2n, replayed: false });
    else await expect(cut).rejects.toMatchObject(unavailable);
    expect(way.cuts).toMatchObject([{ moment }]);
    if (moment === "unanswered") {
      // The canonical case: the caller was told of an error, and the rows are there.
      expect(way.cuts[0]?.answer).toEqual({ refused: false, status: "idle" });
      expect(await way.workbench.nonces("t")).toEqual([1, 2, 3]);
    }
    const repeated = await insist(() => store.append(request));
    expect(repeated).toMatchObject({
      firstGlobalNonce: 2n,
      lastGlobalNonce: 3n,
      aggregates: [
        { aggregateId: "b", aggregateNonce: 1n },
        { aggregateId: "c", aggregateNonce: 1n },
      ],
    });
    // What was passed on while the connection was cut may take effect before or after the second try.
    if (moment !== "in-flight") expect(repeated.replayed).toBe(hasEffect(moment));
    expect(await store.append(request)).toEqual({ ...repeated, replayed: true });
    expect(await way.workbench.nonces("t")).toEqual([1, 2, 3]);
    const log = await collect(store.readAll());
    expect(log.map(({ aggregateId }) => aggregateId)).toEqual(["a", "b", "c"]);
  });

  it("without a key may be there, whole or not at all, and the writer can find out by its expectation", async () => {
    await using way = await CutOnce.by(/^with fence as .*update .*tenants/);
    const store = (await way.backend()).tenant("t");
    const appends = [
      anAggregate({ aggregateId: "b", expected: noStream }),
      anAggregate({ aggregateId: "c" }),
    ];
    await store.append({ appends: [anAggregate({ aggregateId: "a" })] });
    way.arm(moment);
    await store.append({ appends }).catch((error: unknown) => expect(error).toMatchObject(unavailable));
    const again = await insist(() => store.append({ appends })).then(() => "recorded", codeOf);
    if (moment !== "in-flight") expect(again).toBe(hasEffect(moment) ? "concurrency-conflict" : "recorded");
    expect(await way.workbench.nonces("t")).toEqual([1, 2, 3]);
  });

  it("in a transaction of its own, as among several processes, is no different", async () => {
    await using way = await CutOnce.by(/^commit/);
    const [backend, other] = [await way.backend(), await way.workbench.backend()];
    // Another process appends in between: the fence fails, and this one takes the lock.
    await backend.tenant("t").append({ appends: [anAggregate({ aggregateId: "a" })] });
    await other.tenant("t").append({ appends: [anAggregate({ aggregateId: "a" })] });
    way.arm(moment);
    const cut = backend.tenant("t").append(request);
    if (moment === "answered") await cut;
    else await expect(cut).rejects.toMatchObject(unavailable);
    expect(way.cuts).toMatchObject([{ moment, statement: { text: "commit" } }]);
    const repeated = await insist(() => backend.tenant("t").append(request));
    expect(repeated).toMatchObject({ firstGlobalNonce: 3n, lastGlobalNonce: 4n });
    expect(await way.workbench.nonces("t")).toEqual([1, 2, 3, 4]);
  });
});

describe.each(commitMoments)("a read model whose commit is cut: %s", (moment) => {
  it("has its documents and its checkpoint, both or neither, and tells by the checkpoint", async () => {
    await using way = await CutOnce.by(/^with turn as .*read_model_checkpoints/);
    const store = await way.readModels();
    const model = { name: "orders", version: 1 };
    await store.define(model);
    const commit: ReadModelCommit = {
      checkpoint: model,
      from: 0n,
      to: 5n,
      writes: [{ kind: "put", key: "o1", document: { total: 1 } }],
    };
    way.arm(moment);
    await store.commit(commit).catch((error: unknown) => expect(error).toMatchObject(unavailable));
    const again = await insist(() => store.commit(commit)).then(() => "committed", codeOf);
    if (moment !== "in-flight") expect(again).toBe(hasEffect(moment) ? "checkpoint-conflict" : "committed");
    expect(await store.checkpoint(model)).toBe(5n);
    expect([...(await store.getMany(model, ["o1"]))]).toEqual([["o1", { total: 1 }]]);
  });
});
