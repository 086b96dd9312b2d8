// Runs a numbered example: `pnpm example 001`.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";

const [number = "", ...parameters] = process.argv.slice(2);
const examples = readdirSync("examples").sort();
const found = examples.filter((folder) => number !== "" && folder.startsWith(number));
if (found.length === 1) {
  const child = spawn(process.execPath, ["src/main.ts", ...parameters], {
    cwd: `examples/${found[0]}`,
    stdio: "inherit",
  });
  // Ctrl-C reaches the example by itself. It may have something to put away: this process waits for it.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", (signal) => child.kill(signal));
  child.on("exit", (code) => {
    process.exitCode = code ?? 1;
  });
} else {
  console.error(
    `Which example? ${number ? `"${number}" is none. ` : ""}There are:\n  ${examples.join("\n  ")}`,
  );
  process.exitCode = 2;
}
