import fc from "fast-check";
import { expect, test } from "vitest";
import { SharedBytes } from "./shared-bytes.ts";

const bytes = fc.oneof(
  { weight: 4, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  fc.integer({ min: 1_000, max: 20_000 }).map((length) => new Uint8Array(length).fill(length % 251)),
);

test("gives copies that nothing changes any more, whatever is copied after them", () => {
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 200 }), (given) => {
      const shared = new SharedBytes();
      const source = new Uint8Array(20_000);
      const copies = given.map((each) => {
        source.set(each);
        return shared.copyOf(source.subarray(0, each.length));
      });
      expect(copies.map((copy) => Buffer.from(copy).toString("hex"))).toEqual(
        given.map((each) => Buffer.from(each).toString("hex")),
      );
    }),
  );
});

test("puts small copies into one buffer, and gives a large one its own", () => {
  const shared = new SharedBytes();
  const [one, other, large] = [100, 200, 2_049].map((length) => shared.copyOf(new Uint8Array(length)));
  expect(one!.buffer).toBe(other!.buffer);
  expect(one!.buffer.byteLength).toBe(16 * 1024);
  expect(large!.buffer.byteLength).toBe(2_049);
});
