import type { Fault } from "../fault.ts";
import { clockJump } from "./clock-jump.ts";
import { cutAtCommit } from "./cut-at-commit.ts";
import { diskFull } from "./disk-full.ts";
import { killBoth } from "./kill-both.ts";
import { killPostgres } from "./kill-postgres.ts";
import { killServer } from "./kill-server.ts";
import {
  cutConnections,
  delayedConnections,
  halfOpenConnections,
  refusedConnections,
  throttledConnections,
} from "./network.ts";
import { pauseServer } from "./pause-server.ts";
import { restartPostgres } from "./restart-postgres.ts";
import { severalServers } from "./several-servers.ts";
import { slowSubscriber } from "./slow-subscriber.ts";
import { vanishingClient } from "./vanishing-client.ts";

/** Every fault there is, in the order in which the tables show them. */
export const allFaults: readonly Fault[] = [
  killServer,
  killPostgres,
  killBoth,
  restartPostgres,
  pauseServer,
  severalServers,
  slowSubscriber,
  vanishingClient,
  cutAtCommit,
  cutConnections,
  refusedConnections,
  halfOpenConnections,
  delayedConnections,
  throttledConnections,
  diskFull,
  clockJump,
];
