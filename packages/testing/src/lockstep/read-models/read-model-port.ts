import type { ReadModelCommit, ReadModelQuery } from "@leftfold/core";
import { spoiled } from "../../arbitraries/spoiled.ts";
import { pagesOf } from "../../contract/ports/read-models/pages-of.ts";
import type { Action, LockstepPort } from "../lockstep-port.ts";
import { inWords } from "../shown.ts";
import { tenantsMax } from "../tenant-stores.ts";
import { bulkyDocument } from "./bulky-document.ts";
import {
  arbitraryReadModelCommand,
  modelIds,
  partitions,
  type ReadModelCommand,
} from "./read-model-command.ts";
import type { ReadModelSide } from "./read-model-side.ts";

type ReadModelAction = Action<ReadModelSide>;

export const readModelPort: LockstepPort<ReadModelSide, ReadModelCommand> = {
  name: "a read-model store",
  command: arbitraryReadModelCommand(),
  action: actionOf,
  sights: () => Array.from({ length: tenantsMax }, (_, tenant) => everything(tenant)),
};

async function actionOf(command: ReadModelCommand, model: ReadModelSide): Promise<ReadModelAction> {
  const { tenant } = command;
  switch (command.kind) {
    case "commit":
      return await committed(command, model);
    case "find":
      return found(command, model);
    case "walk":
      return walked(command);
    case "getMany": {
      const { model: id, keys } =
        spoiled({ model: command.model, keys: command.keys }, command.spoiling) ?? {};
      return {
        words: `get from tenant ${tenant}'s ${inWords(id)} ${inWords(keys)}`,
        run: async (side) => sorted(await side.store(tenant).getMany(id, keys)),
      };
    }
    case "count": {
      const { model: id, where } =
        spoiled({ model: command.model, where: command.where }, command.spoiling) ?? {};
      return {
        words: `count of tenant ${tenant}'s ${inWords(id)} ${inWords(where)}`,
        run: (side) => side.store(tenant).count(id, where),
      };
    }
    case "checkpoint": {
      const id = spoiled(command.id, command.spoiling);
      return {
        words: `ask for tenant ${tenant}'s checkpoint ${inWords(id)}`,
        run: (side) => side.store(tenant).checkpoint(id),
      };
    }
    case "activeVersion": {
      const name = spoiled(command.name, command.spoiling);
      return {
        words: `ask which version of tenant ${tenant}'s ${inWords(name)} is active`,
        run: (side) => side.store(tenant).activeVersion(name),
      };
    }
    default: {
      const id = spoiled(command.model, command.spoiling);
      return {
        words: `${command.kind} tenant ${tenant}'s ${inWords(id)}`,
        run: (side) => side.store(tenant)[command.kind](id),
      };
    }
  }
}

async function committed(
  command: Extract<ReadModelCommand, { kind: "commit" }>,
  model: ReadModelSide,
): Promise<ReadModelAction> {
  const { tenant, checkpoint, bulk } = command;
  const stored = await model.store(tenant).checkpoint(checkpoint);
  const from = "at" in command.from ? command.from.at : stored + command.from.beside;
  const writes = command.writes.map((write, i) =>
    bulk !== undefined && i === 0 && write.kind === "put"
      ? { ...write, document: bulkyDocument(bulk) }
      : write,
  );
  const commit: ReadModelCommit = { checkpoint, from, to: from + command.by, writes };
  const sent = spoiled(commit, command.spoiling);
  return {
    words: `commit of tenant ${tenant} ${inWords(sent)}`,
    run: (side) => side.store(tenant).commit(sent),
  };
}

function found(
  { tenant, model, query, turn, spoiling }: Extract<ReadModelCommand, { kind: "find" }>,
  { cursors }: ReadModelSide,
): ReadModelAction {
  const known = turn && cursors.filter((cursor) => cursor.tenant === tenant).at(-1 - turn.which);
  const turned: ReadModelQuery =
    known === undefined
      ? query
      : {
          ...query,
          ...(turn?.keepsOrder && { orderBy: known.query.orderBy ?? [] }),
          [turn?.side ?? "after"]: known.cursor,
        };
  const asked = spoiled({ model: known?.model ?? model, query: turned }, spoiling) ?? {};
  return {
    words: `find in tenant ${tenant}'s ${inWords(asked.model)} ${inWords(asked.query)}`,
    run: (side) => side.find(tenant, asked.model, asked.query),
  };
}

function walked({ tenant, model, query }: Extract<ReadModelCommand, { kind: "walk" }>): ReadModelAction {
  return {
    words: `turn the pages of tenant ${tenant}'s ${inWords(model)} ${inWords(query)}`,
    run: (side) => pagesOf(side.store(tenant), model, query),
  };
}

function everything(tenant: number): ReadModelAction {
  return {
    words: `look at all of tenant ${tenant}'s read models`,
    run: async (side) => {
      const store = side.store(tenant);
      return await Promise.all(
        modelIds.map(async (model) => ({
          active: await store.activeVersion(model.name),
          checkpoints: await Promise.all(
            partitions.map((partition) => store.checkpoint({ ...model, partition })),
          ),
          documents: await store.find(model, { limit: 1000 }),
        })),
      );
    },
  };
}

/** Documents come in any order. */
function sorted<Value>(documents: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  return new Map([...documents].sort(([one], [other]) => (one < other ? -1 : 1)));
}
