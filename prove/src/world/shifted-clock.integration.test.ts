import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";
import { setClock, settableClocks } from "./clocks.ts";

/** For every line it is given, tells what its clocks say. */
const script = `
  process.stdin.on("data", () => console.log(JSON.stringify({
    now: Date.now(), made: new Date().getTime(), text: Date.parse(Date()), fixed: new Date(5).getTime(),
    isDate: new Date() instanceof Date, steadyMs: performance.timeOrigin + performance.now(),
  })));
  console.log("{}");
`;

it("sets the wall clock of a process, back and forth, and leaves its other clocks alone", async () => {
  const { serverFlags = [], serverEnvironment } = settableClocks();
  const child = spawn(process.execPath, [...serverFlags, "--input-type=module", "--eval", script], {
    env: { ...process.env, ...serverEnvironment },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Record<string, number>> => JSON.parse((await lines.next()).value ?? "");
  try {
    await next();
    for (const hours of [0, 24, -24, 0]) {
      await setClock(child, hours * 3_600_000);
      let said: Record<string, number>;
      do {
        child.stdin.write("?");
        said = await next();
        // The signal comes when it comes.
      } while (Math.round((said["now"]! - said["steadyMs"]!) / 3_600_000) !== hours);
      const { now = 0, made = 0, text = 0 } = said;
      expect(Math.abs(made - now)).toBeLessThan(3_600_000);
      expect(Math.abs(text - now)).toBeLessThan(3_600_000);
      expect(said).toMatchObject({ fixed: 5, isDate: true });
    }
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
});

it("leaves a process alone that is gone, or that has no clock to set", async () => {
  await setClock({ pid: undefined }, 1);
  await setClock({ pid: process.pid }, 1);
});
