// Runs as a process of its own: holds a session, and then ends by itself if nothing keeps it.
import { connect } from "../index.ts";
import { session } from "./session.ts";

const said = await session(connect, process.argv[2] ?? "");
process.stdout.write(JSON.stringify({ said }));
