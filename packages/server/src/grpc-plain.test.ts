import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { enveloped, isPlain, onlyMessage, timeoutMsOf } from "./grpc-plain.ts";

describe("a unary call", () => {
  test("has its message in an envelope, and nothing else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(5), (message, cut) => {
        const body = enveloped(message);
        expect(onlyMessage(body)).toEqual(message);
        expect(onlyMessage(Buffer.concat([body, Buffer.alloc(cut + 1)]))).toBeUndefined();
        expect(onlyMessage(body.subarray(0, Math.max(0, body.length - cut - 1)))).toBeUndefined();
      }),
    );
    expect(onlyMessage(enveloped(new Uint8Array(70_000)))).toHaveLength(70_000);
    expect(onlyMessage(new Uint8Array([1, 0, 0, 0, 0]))).toBeUndefined();
  });

  test("is plain when nothing about it needs Connect", () => {
    const plain = { ":method": "POST", "content-type": "application/grpc" };
    expect(isPlain(plain)).toBe(true);
    expect(isPlain({ ...plain, "content-type": "application/grpc+proto", "grpc-encoding": "identity" })).toBe(
      true,
    );
    for (const other of [
      { "content-type": "application/grpc+json" },
      { "content-type": "application/grpc-web" },
      { ":method": "GET" },
      { "grpc-encoding": "gzip" },
      { origin: "https://example.org" },
    ]) {
      expect(isPlain({ ...plain, ...other })).toBe(false);
    }
  });

  test("has as much time as it says", () => {
    const given = ["10S", "3m", "5u", "1H", "x", "123456789S"].map((timeout) =>
      timeoutMsOf({ "grpc-timeout": timeout }),
    );
    expect(given).toEqual([10_000, 3, 0.005, 3_600_000, null, null]);
    expect(timeoutMsOf({})).toBeUndefined();
  });
});
