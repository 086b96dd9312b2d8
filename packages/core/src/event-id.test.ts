import { expect, test } from "vitest";
import { eventIds, newEventId } from "./event-id.ts";
import { isUuid } from "./validate-event.ts";

test("ids are UUIDs of version 7 that the store takes", () => {
  const id = newEventId();
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(isUuid(id)).toBe(true);
});

test("an id begins with the time", () => {
  const next = eventIds(() => 0x0123456789ab);
  expect(next()).toMatch(/^01234567-89ab-7000-/);
});

test("a millisecond has room for 4096 ids before they run ahead of the clock", () => {
  const ids = Array.from(
    { length: 4097 },
    eventIds(() => 1),
  );
  expect(ids[4095]).toMatch(/^00000000-0001-7fff-/);
  expect(ids[4096]).toMatch(/^00000000-0002-7000-/);
});

test("ids grow, also within a millisecond, beyond its counter, and when the clock is set back", () => {
  let now = 1_000_000;
  const next = eventIds(() => now);
  const ids = Array.from({ length: 10_000 }, next);
  now -= 5_000;
  ids.push(next());
  now += 60_000;
  ids.push(next());
  expect(ids).toEqual(ids.toSorted());
  expect(new Set(ids).size).toBe(ids.length);
});

test("random digits are all used, in every place", () => {
  const ids = Array.from({ length: 2_000 }, newEventId);
  for (let at = 20; at < 36; at++) {
    const seen = new Set(ids.map((id) => id[at]));
    expect(seen.size).toBe(at === 23 ? 1 : 16);
  }
  expect(new Set(ids.map((id) => id[19]))).toEqual(new Set("89ab"));
});
