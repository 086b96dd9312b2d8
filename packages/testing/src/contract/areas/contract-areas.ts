import type { ContractArea } from "../contract-area.ts";
import { appendExpectations } from "./append-expectations.ts";

/** The whole contract, in reading order. */
export const contractAreas: readonly ContractArea[] = [appendExpectations];
