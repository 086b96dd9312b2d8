import type { CampaignResult } from "@leftfold/prove/src/result-file.ts";
import type { BugsResult } from "@leftfold/prove/src/seeded-bugs/bug-table.ts";

export type FaultFigures = CampaignResult;
export type SeededBugFigures = BugsResult;
