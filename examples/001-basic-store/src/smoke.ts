// Proves a running server with a gRPC call of every kind: `pnpm smoke`, or `pnpm smoke http://host:port`.
import { smoke } from "./smoke-calls.ts";

const url = process.argv[2] ?? process.env["LEFTFOLD_URL"] ?? "http://127.0.0.1:50051";
try {
  await smoke(url, `smoke-${Date.now()}`, (call) => console.log(`ok  ${call}`));
  console.log(`${url} works.`);
} catch (error) {
  console.error(`${url}: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
