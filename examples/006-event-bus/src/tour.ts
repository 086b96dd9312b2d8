import { tellOthers } from "./forwarding.ts";
import { fulfilment } from "./fulfilment.ts";
import { recorded, settled } from "./settled.ts";
import { type Setting, type Stage, stageOf } from "./stage.ts";

/** Three orders and what becomes of them; then other systems hear of it. */
export async function tour(setting: Setting): Promise<void> {
  const stage = stageOf(setting);
  await react(stage);
  await goDownInBetween(stage);
  await letTimePass(stage);
  await takeNoForAnAnswer(stage);
  await foldAnew(stage);
  await tellOthers(stage);
}

async function react({ screen, run, store, shop, log, showToDo }: Stage): Promise<void> {
  screen.step("Ann orders a lamp. Orders know nothing of stock and payments: a process reacts to them all.");
  await using running = run();
  await running.caughtUp();
  await shop.stock.at("lamp").receive(3);
  await shop.order("1001", "Ann");
  await settled(store, running);
  await log.showNew();
  await showToDo("1001");
}

// #region crash
async function goDownInBetween({ screen, run, store, shop, post, log, showToDo, showLetters }: Stage) {
  screen.step("Ann pays. The process goes down between what it did and its checkpoint.");
  post.fallSilent();
  const goingDown = run();
  await shop.payments.at("1001").receive();
  // It has shipped the order and handed in a letter, and waits for the answer.
  await post.taken();
  await goingDown.stop();
  await log.showNew();
  showLetters();
  screen.line("checkpoint", `#${goingDown.status().checkpoint}: nobody noted that #6 was reacted to`);

  screen.step("Started again, it sees #6 again, and asks for the same under the same keys.");
  post.answerAgain();
  await using running = run();
  await settled(store, running);
  await log.showNew();
  showLetters();
  screen.line("checkpoint", `#${running.status().checkpoint}`);
  await showToDo("1001");
}
// #endregion crash

async function letTimePass({ screen, run, store, shop, log, showToDo }: Stage): Promise<void> {
  screen.step(
    "Bob orders and does not pay. Nobody runs while two days pass: the timer is an event, and waits.",
  );
  await using before = run();
  await shop.order("1002", "Bob");
  await settled(store, before);
  await log.showNew();
  await showToDo("1002");
  await before.stop();
  screen.line("", "… two days later …");
  const passedMs = 2 * 24 * 60 * 60 * 1000;
  await using after = run({ nowMs: () => Date.now() + passedMs });
  await recorded(store, "OrderCancelled");
  await settled(store, after);
  await log.showNew();
  await showToDo("1002");
}

async function takeNoForAnAnswer({ screen, run, store, shop, log, showToDo }: Stage): Promise<void> {
  screen.step("Carol orders five lamps, and there are two. A rejection is one more event to react to.");
  await using running = run();
  await shop.order("1003", "Carol", 5);
  await settled(store, running);
  await log.showNew();
  await showToDo("1003");
}

async function foldAnew({ screen, run, store, post, log, showLetters }: Stage): Promise<void> {
  screen.step("A new version of the process folds the whole log anew. What was done is not done again.");
  await using running = run({}, fulfilment(post, 2));
  await settled(store, running);
  const { processed, checkpoint } = running.status();
  screen.line("folded", `${processed} events that it knows, up to checkpoint #${checkpoint}`);
  await log.showNew();
  showLetters();
}
