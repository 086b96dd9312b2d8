import type { ProposedEvent } from "@leftfold/core";
import { expect, test } from "vitest";
import { commandContext, currentContext, stamped, withContext } from "./context.ts";

const event: ProposedEvent = { eventType: "E", contentType: "c", payload: new Uint8Array() };

test("a context reaches as far as its function does, waits included", async () => {
  const seen = await withContext({ actorId: "ann" }, async () => {
    await Promise.resolve();
    return currentContext();
  });
  expect(seen).toEqual({ actorId: "ann" });
  expect(currentContext()).toEqual({});
});

test("an inner context adds to the outer one, and takes nothing away", () => {
  const outer = { correlationId: "c1", actorId: "ann" };
  const inner = withContext(outer, () =>
    withContext({ actorId: "bob", causationId: "e1", correlationId: undefined }, currentContext),
  );
  expect(inner).toEqual({ correlationId: "c1", actorId: "bob", causationId: "e1" });
});

test("a command has a correlation id: that of its context, or one of its own", () => {
  expect(withContext({ correlationId: "c1" }, commandContext).correlationId).toBe("c1");
  const [first, second] = [commandContext(), commandContext()];
  expect(first.correlationId).not.toBe(second.correlationId);
});

test("an event is stamped with what its context names, and keeps its other metadata", () => {
  expect(stamped(event, {})).toEqual(event);
  const context = { correlationId: "c1", causationId: "e1", actorId: "ann", traceparent: "00-1-2-01" };
  expect(stamped({ ...event, metadata: { source: "web" } }, context)).toEqual({
    ...event,
    correlationId: "c1",
    causationId: "e1",
    actorId: "ann",
    metadata: { source: "web", traceparent: "00-1-2-01" },
  });
});
