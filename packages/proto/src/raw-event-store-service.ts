import type { GenService } from "@bufbuild/protobuf/codegenv2";
import { EmptySchema } from "@bufbuild/protobuf/wkt";
import { EventStoreService } from "./gen/leftfold/eventstore/v1/event_store_service_pb.ts";

type Methods = typeof EventStoreService.method;

/** A method whose answers are read as messages without fields. */
type Raw<Method extends { readonly methodKind: string; readonly input: unknown }> = Pick<
  Method,
  "methodKind" | "input"
> & { output: typeof EmptySchema };

/**
 * The `EventStoreService` for a client that encodes appends and decodes events itself: the same calls on the same paths, but batches
 * of appends and the streams' responses are messages that know no fields. All that they hold lies in `$unknown`: `rawAppendBatch`
 * puts it there; `appendOutcomesOf`, `eventsOf` and `followMessageOf` make of it what it says, several times as fast as the generated
 * messages would be filled.
 *
 * Only for binary encoding: in JSON there are no unknown fields, and the events would be dropped.
 */
export const RawEventStoreService: GenService<{
  append: Methods["append"];
  appendBatch: { methodKind: "unary"; input: typeof EmptySchema; output: typeof EmptySchema };
  readStream: Raw<Methods["readStream"]>;
  readAll: Raw<Methods["readAll"]>;
  subscribe: Raw<Methods["subscribe"]>;
  getHead: Methods["getHead"];
}> = rawService();

function rawService(): typeof RawEventStoreService {
  const { append, appendBatch, readStream, readAll, subscribe, getHead } = EventStoreService.method;
  const method = {
    append,
    appendBatch: { ...appendBatch, input: EmptySchema, output: EmptySchema },
    readStream: { ...readStream, output: EmptySchema },
    readAll: { ...readAll, output: EmptySchema },
    subscribe: { ...subscribe, output: EmptySchema },
    getHead,
  };
  return { ...EventStoreService, method, methods: Object.values(method) };
}
