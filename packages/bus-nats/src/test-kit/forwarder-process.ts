// Runs as a process of its own: forwards until it is killed, and says a line for each event that is about to
// leave.
import { postgresBackend, postgresReadModels } from "@leftfold/backend-postgres";
import { forwarder } from "@leftfold/event-sourcing";
import { natsJetStreamSink, natsSubject } from "../index.ts";

const [url = "", schema = "", servers = ""] = process.argv.slice(2);
const backend = await postgresBackend({ url, schema, heartbeatMs: 100 });
const readModels = await postgresReadModels({ url, schema, tenantId: "shop" });
const sink = natsJetStreamSink({
  servers,
  stream: "EVENTS",
  createStream: {},
  subject(event) {
    process.stdout.write("leaving\n");
    return natsSubject(event);
  },
});
const forwarding = forwarder({
  name: "killed",
  store: backend.tenant("shop"),
  readModels,
  sink,
  retry: { baseDelayMs: 5, delayMaxMs: 50, attemptsMax: 10_000 },
  batchEventsMax: 100,
  standbyMs: 50,
});
await forwarding.done;
