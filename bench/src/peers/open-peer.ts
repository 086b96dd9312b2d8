import { openInProcess, openRemote } from "../contenders/open-store.ts";
import { openAct } from "./act-log.ts";
import { openEmmett } from "./emmett-log.ts";
import { openLeftfold } from "./leftfold-log.ts";
import { openMessageDb } from "./message-db-log.ts";
import type { PeerLog, PeerName, PeerPlace } from "./peer-log.ts";

export async function openPeer(name: PeerName, place: PeerPlace): Promise<PeerLog> {
  switch (name) {
    case "in process":
      return await openLeftfold(openInProcess, place);
    case "through the server":
      return await openLeftfold(openRemote, place);
    case "Emmett":
      return await openEmmett(place);
    case "act":
      return await openAct(place);
    case "message-db":
      return await openMessageDb(place);
  }
}
