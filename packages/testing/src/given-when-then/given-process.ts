import {
  foldProcess,
  type Process,
  type ProcessActions,
  type Requested,
  requestedBy,
} from "@leftfold/event-sourcing";
import { renderValue } from "./diff/render-value.ts";
import { toldHistories } from "./emitted-histories.ts";
import { type History, recordHistories } from "./happened.ts";
import { renderDocuments } from "./render-documents.ts";
import { assertAlike, type Shown } from "./scenario-failure.ts";

/** A process, after what happened before it began to react. */
export interface GivenProcess<State> {
  /** Lets it react to what happens, in this order. */
  when(...histories: readonly History[]): ProcessReaction<State>;
}

/** What a process came to. Nothing of what it asks for is done. */
export interface ProcessReaction<State> {
  /**
   * Expects that it asks for this and nothing else, in this order, told as a handler would:
   * `thenAsks((ask) => ask.at(Account, "ann").deposit(100))`. Of effects only their number counts.
   *
   * @throws `ScenarioFailure` with the difference.
   */
  thenAsks(expected: (ask: ProcessActions) => void): void;
  /**
   * Expects that this is left to be done, by key, for those instances that have not ended.
   *
   * @throws `ScenarioFailure` with the difference.
   */
  thenStates(expected: Readonly<Record<string, State>>): void;
}

export function givenProcess<State extends object>(
  process: Process<State>,
  before: readonly History[],
): GivenProcess<State> {
  return {
    when(...histories) {
      const events = recordHistories([...before, ...histories]);
      const reactAfter = BigInt(recordHistories(before).length);
      const { states, requested } = foldProcess(process, events, reactAfter);
      const story = { given: toldHistories(before), when: toldHistories(histories) };
      return {
        thenAsks(expected) {
          const what = `${process.name} asked for something else than expected.`;
          assertAlike(what, story, shownRequests(requestedBy(process, expected)), shownRequests(requested));
        },
        thenStates(expected) {
          const shown = (value: Readonly<Record<string, State>>): Shown => ({
            value,
            lines: renderDocuments(value),
          });
          const what = `${process.name} has something else to do than expected.`;
          assertAlike(what, story, shown(expected), shown(Object.fromEntries(states)));
        },
      };
    },
  };
}

function shownRequests(requests: readonly Requested[]): Shown {
  return {
    value: requests,
    lines: requests.length === 0 ? ["nothing asked for"] : requests.flatMap(renderRequest),
  };
}

function renderRequest(request: Requested): readonly string[] {
  switch (request.asks) {
    case "execute":
      return prefixed(`${request.command} `, request.input);
    case "command": {
      const { aggregateType, aggregateId, command, args } = request;
      const list = args.map((arg) => renderValue(arg).join(" ")).join(", ");
      return [`${aggregateType} ${JSON.stringify(aggregateId)} ${command}(${list})`];
    }
    case "schedule":
      return prefixed(`schedule ${request.timer} `, request.setting);
    case "cancel":
      return [`cancel ${request.timer}`];
    case "effect":
      return ["an effect"];
  }
}

function prefixed(prefix: string, value: unknown): readonly string[] {
  const [first, ...others] = renderValue(value);
  return [prefix + first, ...others];
}
