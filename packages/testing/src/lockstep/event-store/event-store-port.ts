import type { AppendRequest, CallOptions } from "@leftfold/core";
import { spoiled } from "../../arbitraries/spoiled.ts";
import { collect } from "../../builders/collect.ts";
import type { Action, LockstepPort } from "../lockstep-port.ts";
import { inWords } from "../shown.ts";
import { aimedRequest } from "./aimed-append.ts";
import { arbitraryEventStoreCommand, type EventStoreCommand } from "./event-store-command.ts";
import { type EventStoreSide, tenantsMax } from "./event-store-side.ts";
import { drained, followTo, subscribed } from "./subscription-actions.ts";

export const eventStorePort: LockstepPort<EventStoreSide, EventStoreCommand> = {
  name: "an event store",
  command: arbitraryEventStoreCommand(),
  action: actionOf,
  sights: (model) => [
    ...Array.from({ length: model.followedCount }, (_, which) => drained(which)),
    ...Array.from({ length: tenantsMax }, (_, tenant) => wholeLog(tenant)),
  ],
};

async function actionOf(command: EventStoreCommand, model: EventStoreSide): Promise<Action<EventStoreSide>> {
  switch (command.kind) {
    case "append": {
      const request = await aimedRequest(command.append, model.store(command.tenant));
      return sent(model, command.tenant, spoiled(request, command.spoiling), optionsOf(command));
    }
    case "repeat": {
      const last = model.sent.at(-1 - (command.which % Math.max(model.sent.length, 1)));
      if (last === undefined) return nothing;
      const tenant = command.tenant === "its own" ? last.tenant : command.tenant;
      return sent(model, tenant, spoiled(last.request, command.spoiling), undefined);
    }
    case "readStream": {
      const { tenant, takes, spoiling } = command;
      const request = spoiled(command.request, spoiling);
      const options = optionsOf(command);
      return {
        words: `read at most ${takes} of tenant ${tenant}'s stream ${inWords(request)}${said(options)}`,
        run: async (side) =>
          side.essences(
            tenant,
            await collect(side.store(tenant).readStream(request, options), { max: takes }),
          ),
      };
    }
    case "readAll": {
      const { tenant, takes, spoiling } = command;
      const request = spoiled(command.request, spoiling);
      const options = optionsOf(command);
      return {
        words: `read at most ${takes} of tenant ${tenant}'s log ${inWords(request)}${said(options)}`,
        run: async (side) =>
          side.essences(tenant, await collect(side.store(tenant).readAll(request, options), { max: takes })),
      };
    }
    case "head": {
      const options = optionsOf(command);
      return {
        words: `ask for tenant ${command.tenant}'s head${said(options)}`,
        run: (side) => side.store(command.tenant).head(options),
      };
    }
    case "subscribe":
      return subscribed(command.tenant, spoiled(command.request, command.spoiling), command.reads);
    case "follow":
      return model.followedCount === 0 ? nothing : followTo(command.which % model.followedCount, model);
    case "reopen":
      return {
        words: `open tenant ${command.tenant}'s log anew`,
        run: (side) => side.reopen(command.tenant),
      };
    case "name": {
      const tenantId = spoiled(command.tenantId, command.spoiling);
      return {
        words: `name a tenant ${inWords(tenantId)}`,
        // What others have written under such a name is none of this sequence's business.
        run: async (side) => void (await side.named(tenantId)[Symbol.asyncDispose]()),
      };
    }
  }
}

const nothing: Action<EventStoreSide> = { words: "do nothing", run: async () => undefined };

function sent(
  model: EventStoreSide,
  tenant: number,
  request: AppendRequest,
  options: CallOptions | undefined,
): Action<EventStoreSide> {
  model.sent.push({ tenant, request });
  return {
    words: `append to tenant ${tenant} ${inWords(request)}${said(options)}`,
    run: (side) => side.store(tenant).append(request, options),
  };
}

function wholeLog(tenant: number): Action<EventStoreSide> {
  return {
    words: `look at tenant ${tenant}'s whole log`,
    run: async (side) => {
      const store = side.store(tenant);
      const forwards = side.essences(tenant, await collect(store.readAll()));
      const backwards = side.essences(tenant, await collect(store.readAll({ direction: "backwards" })));
      return { head: await store.head(), forwards, backwards };
    },
  };
}

function optionsOf({ isAborted }: { readonly isAborted: boolean }): CallOptions | undefined {
  return isAborted ? { signal: AbortSignal.abort("the caller has gone") } : undefined;
}

function said(options: CallOptions | undefined): string {
  return options === undefined ? "" : ", for a caller who has gone";
}
