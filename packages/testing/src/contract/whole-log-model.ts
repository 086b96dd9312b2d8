import { matches, type ReadAllRequest, type RecordedEvent } from "@leftfold/core";

/** What a read of the log has to give, by the contract's words, from all that the log holds. */
export function readFrom(log: readonly RecordedEvent[], request: ReadAllRequest): RecordedEvent[] {
  const { query, direction = "forwards", from, to, maxCount = log.length } = request;
  const forwards = direction === "forwards";
  const lowest = (forwards ? from : to) ?? 1n;
  const highest = (forwards ? to : from) ?? BigInt(log.length);
  const found = log.filter(
    (event) =>
      event.globalNonce >= lowest &&
      event.globalNonce <= highest &&
      (query === undefined || matches(query, event)),
  );
  return (forwards ? found : found.toReversed()).slice(0, maxCount);
}
