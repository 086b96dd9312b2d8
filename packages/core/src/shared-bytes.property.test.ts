import fc from "fast-check";
import { expect, test } from "vitest";
import { SharedBytes } from "./shared-bytes.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const bytes = fc.oneof(
  { weight: 4, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  fc.integer({ min: 1_000, max: 20_000 }).map((length) => new Uint8Array(length).fill(length % 251)),
);
const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: "binary", maxLength: 300 }) },
  fc.integer({ min: 1_000, max: 20_000 }).map((length) => "€".repeat(length)),
  fc.constant("\ud800 alone"),
);

test("gives copies, of bytes and of texts, that nothing changes any more, whatever is copied after them", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(bytes, text), { maxLength: 200 }), (given) => {
      const shared = new SharedBytes();
      const source = new Uint8Array(20_000);
      const copies = given.map((each) => {
        if (typeof each === "string") return shared.textOf(each);
        source.set(each);
        return shared.copyOf(source.subarray(0, each.length));
      });
      const wanted = given.map((each) => hex(typeof each === "string" ? Buffer.from(each) : each));
      expect(copies.map(hex)).toEqual(wanted);
    }),
  );
});

test("puts small copies into one buffer, and gives a large one its own", () => {
  const shared = new SharedBytes();
  const [one, other, large] = [100, 200, 2_049].map((length) => shared.copyOf(new Uint8Array(length)));
  const [short, long] = [2_048, 2_049].map((length) => shared.textOf("x".repeat(length)));
  expect(one!.buffer).toBe(other!.buffer);
  expect(one!.buffer).toBe(short!.buffer);
  expect(one!.buffer.byteLength).toBe(16 * 1024);
  expect(large!.buffer.byteLength).toBe(2_049);
  expect(long!.buffer.byteLength).toBe(2_049);
});
