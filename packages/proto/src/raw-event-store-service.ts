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
 * The `EventStoreService` for a client that decodes events itself: the same calls on the same paths, but the
 * streams' responses are read as messages that know no fields. All that comes lies in `$unknown`, as views of
 * what was received; `eventsOf` and `followMessageOf` make events of it, several times as fast as the
 * generated messages would be filled.
 *
 * Only for binary encoding: in JSON there are no unknown fields, and the events would be dropped.
 */
export const RawEventStoreService: GenService<{
  append: Methods["append"];
  appendBatch: Methods["appendBatch"];
  readStream: Raw<Methods["readStream"]>;
  readAll: Raw<Methods["readAll"]>;
  subscribe: Raw<Methods["subscribe"]>;
  getHead: Methods["getHead"];
}> = rawService();

function rawService(): typeof RawEventStoreService {
  const { append, appendBatch, readStream, readAll, subscribe, getHead } = EventStoreService.method;
  const method = {
    append,
    appendBatch,
    readStream: { ...readStream, output: EmptySchema },
    readAll: { ...readAll, output: EmptySchema },
    subscribe: { ...subscribe, output: EmptySchema },
    getHead,
  };
  return { ...EventStoreService, method, methods: Object.values(method) };
}
