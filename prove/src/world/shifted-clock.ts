// For `--import`: a process whose wall clock can be set from outside, while its monotonic clock goes on as it does. On SIGUSR2 it
// reads by how many milliseconds from a file of its own, `<process id>` in the folder that LEFTFOLD_CLOCKS names.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.env["LEFTFOLD_CLOCKS"];
const RealDate = Date;
let shiftMs = 0;

const now = (): number => RealDate.now() + shiftMs;

globalThis.Date = new Proxy(RealDate, {
  get: (target, name, receiver) => (name === "now" ? now : Reflect.get(target, name, receiver)),
  construct: (target, args: unknown[], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new RealDate(now()).toString(),
});

if (folder !== undefined) {
  const file = join(folder, String(process.pid));
  process.on("SIGUSR2", () => {
    shiftMs = Number(readFileSync(file, "utf8"));
  });
  // It may be set from here on: before that, the signal would end the process.
  writeFileSync(file, "0");
}
