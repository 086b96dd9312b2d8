import { bankSuite } from "./bank-suite.ts";
import { openClientOfMemory, openClientOfPostgres, openPostgres } from "./store-openers.ts";

bankSuite("PostgreSQL", openPostgres);
bankSuite("a client of a server in memory", openClientOfMemory);
bankSuite("a client of a server on PostgreSQL", openClientOfPostgres);
