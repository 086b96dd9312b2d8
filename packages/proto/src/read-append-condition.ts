import type { AppendCondition, EventQueryItem } from "@leftfold/core";
import type { Mutable } from "./mutable.ts";
import { nested, unusual } from "./nested.ts";
import { readName, readText } from "./read-text.ts";
import type { WireReader } from "./wire-reader.ts";

/** Reads an `AppendCondition`, up to the reader's end. */
export function readAppendCondition(reader: WireReader): AppendCondition {
  let anyOf: EventQueryItem[] | undefined;
  let after: bigint | undefined;
  while (reader.position < reader.end) {
    const tag = reader.tag();
    if (tag === 0x10) after = reader.uint64();
    else if (tag === 0x0a && anyOf === undefined) anyOf = nested(reader, readItems);
    else throw unusual();
  }
  if (anyOf === undefined) throw unusual();
  const failIfMatches = { anyOf };
  return after === undefined ? { failIfMatches } : { failIfMatches, after };
}

function readItems(reader: WireReader): EventQueryItem[] {
  const items: EventQueryItem[] = [];
  while (reader.position < reader.end) {
    if (reader.tag() !== 0x0a) throw unusual();
    items.push(nested(reader, readItem));
  }
  return items;
}

/** An empty list and no list are the same on the wire, and come out as no list. */
function readItem(reader: WireReader): EventQueryItem {
  const item: Mutable<EventQueryItem> = {};
  while (reader.position < reader.end) {
    switch (reader.tag()) {
      case 0x0a:
        item.eventTypes = [...(item.eventTypes ?? []), readName(reader)];
        break;
      case 0x12:
        item.aggregateTypes = [...(item.aggregateTypes ?? []), readName(reader)];
        break;
      case 0x1a:
        item.aggregateIdPrefix = readText(reader);
        break;
      case 0x22:
        item.tags = [...(item.tags ?? []), readText(reader)];
        break;
      default:
        throw unusual();
    }
  }
  if (item.aggregateIdPrefix === "") delete item.aggregateIdPrefix;
  return item;
}
