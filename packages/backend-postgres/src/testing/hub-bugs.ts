import type { HubBug } from "./simulated-hubs.ts";
import { answersBeforeTheCommit } from "./storage-bugs.ts";

/** Hands events over to followers while they are still on their way to the log. */
export const handsOverBeforeTheCommit: HubBug = { storage: answersBeforeTheCommit };

/** Skips what is in memory when a follower comes there from the table. */
export const losesEventsAtTheHandover: HubBug = {
  view: (log) => {
    let wasLive = true;
    return {
      waitBeyond: (...args) => log.waitBeyond(...args),
      readAfter: async (...args) => {
        const page = await log.readAfter(...args);
        const isHandover = page.live && !wasLive && page.batch !== undefined;
        wasLive = page.live;
        return isHandover ? { ...page, batch: undefined } : page;
      },
    };
  },
};

/** Hears nothing of what other servers write, by word or by poll. */
export const doesNotHearOfOthers: HubBug = { hear: () => undefined };
