// Runs as a process of its own under `--conditions=browser`: holds a session as a browser would, and says
// which modules were loaded for it.
import { registerHooks } from "node:module";

const loaded: string[] = [];
registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    // Node adds its own condition to those that it is started with, and this package goes by it; a bundler
    // would not.
    if (!context.parentURL?.includes("/uuid/dist-node/")) loaded.push(resolved.url);
    return resolved;
  },
});
const { connect } = await import("../index.ts");
const ofTheClient = [...loaded];
const { session } = await import("./session.ts");
const said = await session(connect, process.argv[2] ?? "");
process.stdout.write(JSON.stringify({ said, loaded: ofTheClient }));
