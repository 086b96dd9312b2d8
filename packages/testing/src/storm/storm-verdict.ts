import type { RecordedEvent } from "@leftfold/core";
import { commitFaults } from "./commit-faults.ts";
import { identityOf } from "./event-identity.ts";
import { LogIndex } from "./log-index.ts";
import { rejectionFaults } from "./rejection-faults.ts";
import { type Glimpse, glimpseFaults } from "./storm-glimpses.ts";
import { contradictions, type LedgerEntry, labelOf, type StormLedger } from "./storm-ledger.ts";

/** Everything in which a log contradicts what the writers were told, and the contract. */
export function contradictionsIn(
  log: readonly RecordedEvent[],
  ledger: StormLedger,
  glimpses: readonly Glimpse[] = [],
): string[] {
  const index = new LogIndex(log);
  const seen = index.byLabel;
  const found: string[] = [...ledger.findings, ...numberingFaults(log)];
  for (const event of log) {
    const label = labelOf(event);
    const last = seen.get(label);
    if (last !== event) found.push(`${label} is at ${event.globalNonce} and at ${last?.globalNonce}.`);
  }
  let proposed = 0;
  for (const entry of ledger.entries) {
    found.push(...contradictions(entry), ...faultsOf(entry, index));
    found.push(...commitFaults(entry.attempt, index), ...rejectionFaults(entry, index));
    for (const label of entry.attempt.labels) if (seen.has(label)) proposed++;
  }
  if (proposed < seen.size) found.push(`${seen.size - proposed} events are recorded that nobody proposed.`);
  return [...found, ...glimpses.flatMap((glimpse) => glimpseFaults(glimpse, index))];
}

/** Where the log is not numbered 1, 2, 3, …, each stream in it likewise, has an event id twice, or goes back in time. */
function numberingFaults(log: readonly RecordedEvent[]): string[] {
  const found: string[] = [];
  const streams = new Map<string, bigint>();
  const eventIds = new Set<string>();
  log.forEach(({ globalNonce, aggregateId, aggregateNonce, eventId, recordedAt }, index) => {
    if (globalNonce !== BigInt(index + 1))
      found.push(`Event number ${index + 1} has global nonce ${globalNonce}.`);
    const next = (streams.get(aggregateId) ?? 0n) + 1n;
    if (aggregateNonce !== next) found.push(`${aggregateId} has ${aggregateNonce} where ${next} belongs.`);
    streams.set(aggregateId, aggregateNonce);
    if (eventIds.has(eventId)) found.push(`Event id ${eventId} is there twice, at last at ${globalNonce}.`);
    eventIds.add(eventId);
    // Whatever the clocks of servers do.
    const before = log[index - 1]?.recordedAt ?? recordedAt;
    if (recordedAt < before)
      found.push(`${globalNonce} was recorded at ${recordedAt.toISOString()}, before its predecessor.`);
  });
  return found;
}

function faultsOf({ attempt, outcome }: LedgerEntry, index: LogIndex): string[] {
  const seen = index.byLabel;
  const { labels, request } = attempt;
  const recorded = labels.filter((label) => seen.has(label));
  if (outcome.kind === "rejected") {
    return recorded.map(
      (label) => `${label} was rejected, but is recorded at ${seen.get(label)?.globalNonce}.`,
    );
  }
  if (outcome.kind === "unknown") {
    const half = recorded.length > 0 && recorded.length < labels.length;
    return half
      ? [`Of ${labels.length} events of the append ${labels[0]}, ${recorded.length} are recorded.`]
      : [];
  }
  const found: string[] = [];
  let globalNonce = outcome.result.firstGlobalNonce;
  let label = 0;
  request.appends.forEach(({ events }, i) => {
    const head = outcome.result.aggregates[i]!;
    let aggregateNonce = head.aggregateNonce - BigInt(events.length);
    const before = index.nonceBefore(head.aggregateId, outcome.result.firstGlobalNonce);
    if (events.length === 0 && aggregateNonce !== before) {
      found.push(`${labels[0]} was told that ${head.aggregateId} is at ${aggregateNonce}, not ${before}.`);
    }
    for (const _ of events) {
      aggregateNonce++;
      const event = seen.get(labels[label]!);
      if (event === undefined)
        found.push(`${labels[label]} was acknowledged at ${globalNonce}, but is not there.`);
      else if (
        event.globalNonce !== globalNonce ||
        event.aggregateNonce !== aggregateNonce ||
        event.aggregateId !== head.aggregateId
      ) {
        const [was, is] = [
          `${head.aggregateId} ${aggregateNonce}`,
          `${event.aggregateId} ${event.aggregateNonce}`,
        ];
        found.push(
          `${labels[label]} was acknowledged at ${globalNonce}, as ${was}, but is at ${event.globalNonce}, as ${is}.`,
        );
      }
      globalNonce++;
      label++;
    }
  });
  return found;
}

/** Where one reader saw something else than another one. */
export function differences(
  name: string,
  seen: readonly RecordedEvent[],
  log: readonly RecordedEvent[],
): string[] {
  const found: string[] = [];
  if (seen.length !== log.length) found.push(`${name} saw ${seen.length} events of ${log.length}.`);
  const length = Math.min(seen.length, log.length);
  for (let i = 0; i < length; i++) {
    const [here, there] = [identityOf(seen[i]!), identityOf(log[i]!)];
    if (here !== there) found.push(`${name} saw ${here} where the paging reader saw ${there}.`);
  }
  return found;
}
