import type { ReadAllRequest, ReadStreamRequest, SubscribeRequest } from "@leftfold/core";
import fc from "fast-check";
import { arbitraryName, meetingNames } from "../../arbitraries/names.ts";
import {
  arbitraryReadAllRequest,
  arbitraryReadStreamRequest,
  arbitrarySubscribeRequest,
} from "../../arbitraries/queries.ts";
import { arbitrarySpoiling, type Spoiling } from "../../arbitraries/spoiled.ts";
import { type AimedAppend, arbitraryAimedAppend } from "./aimed-append.ts";
import { tenantsMax } from "./event-store-side.ts";

/** What most commands have. */
interface Call {
  readonly tenant: number;
  readonly spoiling: Spoiling | undefined;
  /** The caller has given up before it calls. */
  readonly isAborted: boolean;
}

/** What can be done with an event store. */
export type EventStoreCommand =
  | ({ readonly kind: "append"; readonly append: AimedAppend } & Call)
  /** Sends one of the appends before once more, as it was or with something changed. */
  | {
      readonly kind: "repeat";
      readonly which: number;
      readonly tenant: number | "its own";
      readonly spoiling: Spoiling | undefined;
    }
  /** Reads, and leaves after so many events. */
  | ({ readonly kind: "readStream"; readonly request: ReadStreamRequest; readonly takes: number } & Call)
  | ({ readonly kind: "readAll"; readonly request: ReadAllRequest; readonly takes: number } & Call)
  | ({ readonly kind: "head" } & Call)
  | {
      readonly kind: "subscribe";
      readonly tenant: number;
      readonly request: SubscribeRequest;
      readonly reads: boolean;
      readonly spoiling: Spoiling | undefined;
    }
  /** Reads one of the subscriptions up to the head. */
  | { readonly kind: "follow"; readonly which: number }
  | { readonly kind: "reopen"; readonly tenant: number }
  /** Asks for the log of any name. */
  | { readonly kind: "name"; readonly tenantId: string; readonly spoiling: Spoiling | undefined };

export function arbitraryEventStoreCommand(): fc.Arbitrary<EventStoreCommand> {
  const tenant = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(tenantsMax - 1));
  const spoiling = arbitrarySpoiling();
  const isAborted = fc.oneof({ weight: 30, arbitrary: fc.constant(false) }, fc.constant(true));
  const call = { tenant, spoiling, isAborted };
  const which = fc.nat(30);
  const takes = fc.oneof({ weight: 4, arbitrary: fc.constant(1_000_000) }, fc.nat(4));
  const bounds = { names: meetingNames(), nonceMax: 30n };
  const kind = <Kind extends string>(name: Kind): fc.Arbitrary<Kind> => fc.constant(name);
  const weighted = <Value>(weight: number, arbitrary: fc.Arbitrary<Value>) => ({ weight, arbitrary });
  return fc.oneof(
    weighted(14, fc.record({ kind: kind("append"), append: arbitraryAimedAppend(), ...call })),
    weighted(
      4,
      fc.record({
        kind: kind("repeat"),
        which,
        tenant: fc.oneof({ weight: 4, arbitrary: kind("its own") }, tenant),
        spoiling,
      }),
    ),
    weighted(
      4,
      fc.record({
        kind: kind("readStream"),
        request: arbitraryReadStreamRequest(bounds),
        takes,
        ...call,
      }),
    ),
    weighted(
      6,
      fc.record({ kind: kind("readAll"), request: arbitraryReadAllRequest(bounds), takes, ...call }),
    ),
    weighted(1, fc.record({ kind: kind("head"), ...call })),
    weighted(
      2,
      fc.record({
        kind: kind("subscribe"),
        request: arbitrarySubscribeRequest(bounds),
        reads: fc.boolean(),
        tenant,
        spoiling,
      }),
    ),
    weighted(3, fc.record({ kind: kind("follow"), which })),
    weighted(1, fc.record({ kind: kind("reopen"), tenant })),
    weighted(1, fc.record({ kind: kind("name"), tenantId: arbitraryName(), spoiling })),
  );
}
