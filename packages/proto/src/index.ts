export type { EncodedBatch, EncodedEventStore } from "./encoded-batch.ts";
