import type { LeaseStore } from "@leftfold/core";
import { leaseDurationMsMax, nonceMax } from "@leftfold/core";
import fc from "fast-check";
import { meetingNames } from "../../arbitraries/names.ts";
import { arbitrarySpoiling, type Spoiling, spoiled } from "../../arbitraries/spoiled.ts";
import { longMs } from "../../contract/ports/leases/lease-context.ts";
import type { Action, LockstepPort } from "../lockstep-port.ts";
import { inWords } from "../shown.ts";
import { tenantsMax } from "../tenant-stores.ts";
import type { LeaseSide } from "./lease-side.ts";

interface Call {
  readonly tenant: number;
  readonly spoiling: Spoiling | undefined;
}

/** What can be done with a lease store. */
type LeaseCommand =
  | ({ readonly kind: "acquire"; readonly request: Parameters<LeaseStore["acquire"]>[0] } & Call)
  /** Takes or renews a lease for a moment, and waits until it has ended. */
  | { readonly kind: "let end"; readonly tenant: number; readonly name: string; readonly owner: string }
  /** Gives up one of the leases, by its owner or another one, by its token or one beside it. */
  | ({
      readonly kind: "release";
      readonly which: number;
      readonly otherOwner: string | undefined;
      readonly beside: bigint;
    } & Call)
  | ({ readonly kind: "list"; readonly prefix: string } & Call);

export const leasePort: LockstepPort<LeaseSide, LeaseCommand> = {
  name: "a lease store",
  command: arbitraryLeaseCommand(),
  action: actionOf,
  sights: () => Array.from({ length: tenantsMax }, (_, tenant) => listed(tenant, "")),
};

function arbitraryLeaseCommand(): fc.Arbitrary<LeaseCommand> {
  const { aggregateId } = meetingNames();
  const name = fc.oneof({ weight: 4, arbitrary: fc.constantFrom("a", "b", "ab") }, aggregateId);
  const owner = fc.oneof({ weight: 9, arbitrary: fc.constantFrom("ann", "ben") }, aggregateId);
  const durationMs = fc.constantFrom(longMs, 2 * longMs, leaseDurationMsMax);
  const tenant = fc.nat(tenantsMax - 1);
  const call = { tenant, spoiling: arbitrarySpoiling() };
  const kind = <Kind extends string>(constant: Kind): fc.Arbitrary<Kind> => fc.constant(constant);
  const request = fc.record({ name, owner, durationMs });
  return fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: kind("acquire"), request, ...call }) },
    { weight: 2, arbitrary: fc.record({ kind: kind("let end"), tenant, name, owner }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: kind("release"),
        which: fc.nat(10),
        otherOwner: fc.option(owner, { nil: undefined }),
        beside: fc.constantFrom(0n, 0n, 0n, 1n, -1n, nonceMax - 9n),
        ...call,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: kind("list"),
        prefix: fc.oneof(
          fc.constantFrom("", "a", "o", "%", "_", ".", "[", "💶", "\u{10ffff}", "\uffff"),
          name,
        ),
        ...call,
      }),
    },
  );
}

async function actionOf(command: LeaseCommand, model: LeaseSide): Promise<Action<LeaseSide>> {
  const { tenant } = command;
  switch (command.kind) {
    case "acquire": {
      const request = spoiled(command.request, command.spoiling);
      return {
        words: `acquire tenant ${tenant}'s lease ${inWords(request)}`,
        run: (side) => side.acquire(tenant, request),
      };
    }
    case "let end": {
      const { name, owner } = command;
      return {
        words: `acquire tenant ${tenant}'s lease ${inWords(name)} for a moment, as ${owner}, and let it end`,
        run: (side) => side.takeAndLetEnd(tenant, name, owner),
      };
    }
    case "release": {
      const leases = await model.store(tenant).list("");
      const given = leases[command.which % Math.max(leases.length, 1)];
      const { name, owner, token } = given ?? { name: "a", owner: "ann", token: 1n };
      const aimed = { name, owner: command.otherOwner ?? owner, token: token + command.beside };
      const lease = spoiled(aimed, command.spoiling);
      return {
        words: `release tenant ${tenant}'s lease ${inWords(lease)}`,
        run: (side) => side.store(tenant).release(lease),
      };
    }
    case "list":
      return listed(tenant, spoiled(command.prefix, command.spoiling));
  }
}

function listed(tenant: number, prefix: string): Action<LeaseSide> {
  return {
    words: `list tenant ${tenant}'s leases ${inWords(prefix)}`,
    run: async (side) => (await side.store(tenant).list(prefix)).map((lease) => side.essence(tenant, lease)),
  };
}
