// The fulfilment in an operating system's process of its own, which somebody may kill:
// node src/fulfilment-process.ts <url of the server> <url of the PostgreSQL> <its schema> [silent]
//
// It says `ready`, and then the key of every letter that it hands in. With `silent`, no letter is ever answered.
import { postgresReadModels } from "@leftfold/backend-postgres";
import { connect } from "@leftfold/client";
import { runProcess } from "@leftfold/event-sourcing";
import { fulfilment } from "./fulfilment.ts";
import { PostOffice } from "./post-office.ts";

const [baseUrl = "", url = "", schema = "", mode] = process.argv.slice(2);

await using client = connect({ baseUrl });
await using readModels = await postgresReadModels({ url, schema, tenantId: "shop" });
const post = new PostOffice();
if (mode === "silent") post.fallSilent();
const announced = fulfilment({
  send(letter, call) {
    console.log(call.idempotencyKey);
    return post.send(letter, call);
  },
});
await using running = runProcess(client.tenant("shop"), readModels, announced);
await running.caughtUp();
console.log("ready");
await running.ended();
