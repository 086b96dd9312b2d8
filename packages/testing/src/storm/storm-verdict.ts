import { matches, type RecordedEvent } from "@leftfold/core";
import { contradictions, type LedgerEntry, labelOf, type StormLedger } from "./storm-ledger.ts";

/** Everything in which a log contradicts what the writers were told; empty when it does not. */
export function contradictionsIn(log: readonly RecordedEvent[], ledger: StormLedger): string[] {
  const seen = new Map<string, RecordedEvent>();
  const found: string[] = [...numberingFaults(log)];
  for (const event of log) {
    const label = labelOf(event);
    if (seen.has(label))
      found.push(`${label} is at ${seen.get(label)?.globalNonce} and at ${event.globalNonce}.`);
    seen.set(label, event);
  }
  let proposed = 0;
  for (const entry of ledger.entries) {
    found.push(...contradictions(entry), ...faultsOf(entry, seen), ...brokenConditions(entry, log));
    for (const label of entry.attempt.labels) if (seen.has(label)) proposed++;
  }
  if (proposed < seen.size) found.push(`${seen.size - proposed} events are recorded that nobody proposed.`);
  return found;
}

/** Where the log is not numbered 1, 2, 3, …, each stream in it likewise, or has an event id twice. */
function numberingFaults(log: readonly RecordedEvent[]): string[] {
  const found: string[] = [];
  const streams = new Map<string, bigint>();
  const eventIds = new Set<string>();
  log.forEach(({ globalNonce, aggregateId, aggregateNonce, eventId }, index) => {
    if (globalNonce !== BigInt(index + 1))
      found.push(`Event number ${index + 1} has global nonce ${globalNonce}.`);
    const next = (streams.get(aggregateId) ?? 0n) + 1n;
    if (aggregateNonce !== next) found.push(`${aggregateId} has ${aggregateNonce} where ${next} belongs.`);
    streams.set(aggregateId, aggregateNonce);
    if (eventIds.has(eventId)) found.push(`Event id ${eventId} is there twice, at last at ${globalNonce}.`);
    eventIds.add(eventId);
  });
  return found;
}

function faultsOf({ attempt, outcome }: LedgerEntry, seen: ReadonlyMap<string, RecordedEvent>): string[] {
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

/** Conditions that an accepted append had although an earlier event matches them. */
function brokenConditions({ attempt, outcome }: LedgerEntry, log: readonly RecordedEvent[]): string[] {
  if (outcome.kind !== "acknowledged") return [];
  const before = outcome.result.firstGlobalNonce - 1n;
  return (attempt.request.conditions ?? []).flatMap(({ failIfMatches, after = 0n }) => {
    const match = log.slice(Number(after), Number(before)).find((event) => matches(failIfMatches, event));
    if (match === undefined) return [];
    return [`${attempt.labels[0]} was accepted although ${match.globalNonce} matches its condition.`];
  });
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

function identityOf(event: RecordedEvent): string {
  const { globalNonce, aggregateId, aggregateNonce, eventId, recordedAt } = event;
  return [globalNonce, aggregateId, aggregateNonce, eventId, recordedAt.toISOString(), labelOf(event)].join(
    " ",
  );
}
