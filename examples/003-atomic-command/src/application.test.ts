import { memoryBackend } from "@leftfold/backend-memory";
import { applicationSuite } from "./application-suite.ts";

applicationSuite("a store within this process", async () => {
  const backend = memoryBackend();
  return {
    openClient: () => backend.tenant("bank"),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  };
});
