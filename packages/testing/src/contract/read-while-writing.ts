import { setImmediate } from "node:timers/promises";

/**
 * Does `write` so many times, one after another, and `read` over and over until that is done, and once after.
 * Between two writes everything else has its turn, however fast the store answers.
 */
export async function readWhileWriting(
  { times, write }: { times: number; write: (index: number) => Promise<unknown> },
  read: () => Promise<void>,
): Promise<void> {
  let done = false;
  const writing = (async () => {
    try {
      for (let i = 0; i < times; i++) {
        await write(i);
        await setImmediate();
      }
    } finally {
      done = true;
    }
  })();
  try {
    while (!done) {
      await read();
      await setImmediate();
    }
  } finally {
    await writing;
  }
  await read();
}
