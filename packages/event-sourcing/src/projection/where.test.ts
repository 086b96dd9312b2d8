import { expect, test } from "vitest";
import { filterOf, orderOf, type Where } from "./where.ts";

interface Customer {
  name: string;
  age?: number;
  vip: boolean;
  tags: string[];
  address: { city: string; zip: string | null };
}

test.each<[string, Where<Customer> | undefined, unknown]>([
  ["nothing", undefined, undefined],
  ["an empty condition", {}, undefined],
  ["a value", { name: "Ann" }, { op: "eq", path: "name", value: "Ann" }],
  ["no value", { "address.zip": null }, { op: "eq", path: "address.zip", value: null }],
  ["a nested path", { "address.city": { prefix: "B" } }, { op: "prefix", path: "address.city", value: "B" }],
  ["a choice", { age: { in: [1, 2] } }, { op: "in", path: "age", values: [1, 2] }],
  ["an element", { tags: { contains: "vip" } }, { op: "contains", path: "tags", value: "vip" }],
  [
    "a range",
    { age: { gte: 18, lt: 65 } },
    {
      op: "and",
      filters: [
        { op: "gte", path: "age", value: 18 },
        { op: "lt", path: "age", value: 65 },
      ],
    },
  ],
  [
    "a range without an end",
    { age: { gte: 18, lt: undefined }, name: { prefix: undefined } },
    { op: "gte", path: "age", value: 18 },
  ],
  [
    "a composition",
    { vip: true, or: [{ name: "Ann" }, { not: { age: { gt: 3 } } }] },
    {
      op: "and",
      filters: [
        { op: "eq", path: "vip", value: true },
        {
          op: "or",
          filters: [
            { op: "eq", path: "name", value: "Ann" },
            { op: "not", filter: { op: "gt", path: "age", value: 3 } },
          ],
        },
      ],
    },
  ],
  ["what a request has left out", { name: undefined, and: undefined } as object, undefined],
  ["not anything", { not: {} }, { op: "not", filter: { op: "and", filters: [] } }],
  ["an empty choice of conditions", { or: [] }, { op: "or", filters: [] }],
])("translates %s", (_, where, filter) => {
  expect(filterOf(where)).toEqual(filter);
});

test("translates directions in the order in which they are named", () => {
  const order = orderOf<Customer>({ vip: "desc", "address.city": { nulls: "first" }, name: "asc" });
  expect(order).toEqual([
    { path: "vip", direction: "desc" },
    { path: "address.city", nulls: "first" },
    { path: "name", direction: "asc" },
  ]);
  expect(orderOf<Customer>(undefined)).toEqual([]);
  expect(orderOf<Customer>({ name: undefined } as object)).toEqual([]);
});
