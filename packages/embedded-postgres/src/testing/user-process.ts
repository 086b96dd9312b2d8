// A process that uses the embedded PostgreSQL, for tests that need one of their own: to kill it, to run it as another
// user, or to let several compete. Takes the options as JSON, prints `{"url"}` or `{"code","message"}`, and stops when
// its input ends.
import { EmbeddedPostgresError, type EmbeddedPostgresOptions, startEmbeddedPostgres } from "../index.ts";

const options = JSON.parse(process.argv[2] ?? "{}") as EmbeddedPostgresOptions;
const say = (line: object): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);
try {
  const postgres = await startEmbeddedPostgres(options);
  say({ url: postgres.url });
  for await (const _ of process.stdin);
  await postgres.stop();
} catch (error) {
  if (!(error instanceof EmbeddedPostgresError)) throw error;
  say({ code: error.code, message: error.message });
}
