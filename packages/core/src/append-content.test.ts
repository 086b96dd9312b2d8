import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { AppendRequest } from "./append.ts";
import { feedContent } from "./append-content.ts";
import type { ProposedEvent } from "./event.ts";
import { exact, noStream } from "./expected-nonce.ts";

function fingerprint(request: AppendRequest): string {
  const hash = createHash("sha256");
  feedContent(hash, request);
  return hash.digest("hex");
}

function withEvents(...events: ProposedEvent[]): AppendRequest {
  return { appends: [{ aggregateType: "A", aggregateId: "1", expected: exact(3n), events }] };
}

function event(proposal: Partial<ProposedEvent> = {}): ProposedEvent {
  return { eventType: "E", contentType: "c", payload: new Uint8Array([1, 2, 3]), ...proposal };
}

test("what a default fills in counts as if it had been given", () => {
  const explicit: AppendRequest = {
    appends: [
      {
        aggregateType: "A",
        aggregateId: "1",
        expected: exact(3n),
        events: [event({ eventVersion: 1, tags: [], metadata: {}, aggregateNonce: 4n })],
      },
    ],
    conditions: [],
  };
  expect(fingerprint(explicit)).toBe(fingerprint(withEvents(event())));
});

test("a condition's defaults count as if they had been given", () => {
  const condition = (explicit: boolean): AppendRequest => ({
    ...withEvents(),
    conditions: [
      explicit
        ? {
            failIfMatches: {
              anyOf: [{ eventTypes: [], aggregateTypes: [], aggregateIdPrefix: "", tags: [] }],
            },
            after: 0n,
          }
        : { failIfMatches: { anyOf: [{}] } },
    ],
  });
  expect(fingerprint(condition(true))).toBe(fingerprint(condition(false)));
});

test("the idempotency key is no part of the content", () => {
  expect(fingerprint({ ...withEvents(event()), idempotencyKey: "k" })).toBe(fingerprint(withEvents(event())));
});

test("exact(0) and noStream are the same expectation", () => {
  const [zero, none] = [exact(0n), noStream].map((expected) =>
    fingerprint({ appends: [{ aggregateType: "A", aggregateId: "1", expected, events: [] }] }),
  );
  expect(zero).toBe(none);
});

test("the order of metadata does not count, that of events, tags and appends does", () => {
  const metadata = (metadata: Record<string, string>): string => fingerprint(withEvents(event({ metadata })));
  expect(metadata({ a: "1", b: "2" })).toBe(metadata({ b: "2", a: "1" }));
  const tags = (...tags: string[]): string => fingerprint(withEvents(event({ tags })));
  expect(tags("a", "b")).not.toBe(tags("b", "a"));
  const [first, second] = [event({ eventType: "F" }), event({ eventType: "S" })];
  expect(fingerprint(withEvents(first, second))).not.toBe(fingerprint(withEvents(second, first)));
});

test("the same bytes, divided otherwise among payloads, are another content", () => {
  const divided = (...sizes: number[]): string => {
    let next = 0;
    const payloads = sizes.map((size) => Uint8Array.from({ length: size }, () => next++));
    return fingerprint(withEvents(...payloads.map((payload) => event({ payload }))));
  };
  expect(new Set([divided(2, 1), divided(1, 2), divided(3, 0), divided(0, 3)]).size).toBe(4);
});

test("a payload that is a view of a larger buffer counts with its own bytes only", () => {
  const large = new Uint8Array([9, 1, 2, 3, 9]);
  expect(fingerprint(withEvents(event({ payload: large.subarray(1, 4) })))).toBe(
    fingerprint(withEvents(event())),
  );
});
