// A process that uses a store in every way, lets go of it while it is followed, and is to end by itself.
import { anAppend } from "@leftfold/testing";
import { postgresBackend } from "../postgres-backend.ts";

const [, , url, schema] = process.argv;
const backend = await postgresBackend({ url: url!, schema: schema! });
const store = backend.tenant("t");
await store.append(anAppend());
let disposed: PromiseLike<void> | undefined;
try {
  for await (const { kind } of store.subscribe())
    if (kind === "caughtUp") disposed = backend[Symbol.asyncDispose]();
} catch (error) {
  process.stdout.write((error as { code: string }).code);
}
await disposed;
