import { expect, test } from "vitest";
import { pathTo } from "./place.ts";

test("a field of the request itself is named as it is", () => {
  expect(pathTo(undefined, "appends")).toBe("appends");
});

test("fields and indexes on the way are named from the outside in", () => {
  const first = { outer: { outer: undefined, key: "appends" }, key: 0 };
  const third = { outer: { outer: first, key: "events" }, key: 2 };
  expect(pathTo(third, "payload")).toBe("appends[0].events[2].payload");
  expect(pathTo({ outer: third, key: "tags" }, 5)).toBe("appends[0].events[2].tags[5]");
});
