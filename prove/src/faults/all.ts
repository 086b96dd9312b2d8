import type { Fault } from "../fault.ts";
import { killServer } from "./kill-server.ts";

/** Every fault there is, in the order in which the tables show them. */
export const allFaults: readonly Fault[] = [killServer];
