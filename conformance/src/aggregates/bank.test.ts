import { bankSuite } from "./bank-suite.ts";
import { openMemory } from "./store-openers.ts";

bankSuite("memory", openMemory);
