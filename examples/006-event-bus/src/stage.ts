import type { EventStore, ReadModelStore } from "@leftfold/core";
import { type ProcessOptions, readModels, runProcess } from "@leftfold/event-sourcing";
import type { Broker } from "./broker.ts";
import { fulfilment } from "./fulfilment.ts";
import { LogOnScreen } from "./log-on-screen.ts";
import { PostOffice } from "./post-office.ts";
import { type Say, Screen } from "./screen.ts";
import { openShop } from "./shop.ts";

/** What the tour takes place on. */
export interface Setting {
  /** An empty tenant. */
  readonly store: EventStore;
  /** Where the process keeps its to-do lists, and processes and forwarders their checkpoints. */
  readonly readModels: ReadModelStore;
  readonly broker: Broker;
  readonly say: Say;
}

/** The setting, and what stands on it from the first step to the last. */
export type Stage = ReturnType<typeof stageOf>;

export function stageOf({ store, readModels: kept, broker, say }: Setting) {
  const screen = new Screen(say);
  const post = new PostOffice();
  const process = fulfilment(post);
  return {
    store,
    kept,
    broker,
    screen,
    post,
    shop: openShop(store),
    log: new LogOnScreen(store, screen),
    /** Runs the process from where it stopped. */
    run: (options?: ProcessOptions, version = process) => runProcess(store, kept, version, options),
    async showToDo(order: string): Promise<void> {
      const document = await readModels(kept).of(process).get(order);
      const timers = Object.keys(document?.timers ?? {}).map((timer) => `, timer ${timer}`);
      screen.line(
        `to do for ${order}`,
        document ? `${document.state.todo}${timers.join("")}` : "nothing more",
      );
    },
    showLetters(): void {
      screen.line("letters", `${post.handedIn} handed in, ${post.delivered.length} delivered`);
    },
  };
}
