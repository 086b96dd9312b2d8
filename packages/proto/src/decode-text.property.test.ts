import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** The modules as they are loaded where there is Node, and where there is not. */
const runtimes: [string, () => void][] = [
  ["in Node", () => undefined],
  ["in a browser", () => vi.stubGlobal("Buffer", undefined)],
];

const utf8 = new TextEncoder();
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: "grapheme-ascii", maxLength: 100 }),
  fc.constantFrom(
    "",
    "\ufeffmark",
    "\ufffd",
    "valid \ufffd, and longer than short",
    "\u0000",
    "🎓".repeat(9),
  ),
);

describe.each(runtimes)("%s", (_, enter) => {
  test("text comes out as it went in", async () => {
    enter();
    const { decodeText } = await import("./decode-text.ts");
    const { rememberedName } = await import("./remembered-name.ts");
    fc.assert(
      fc.property(text, fc.nat({ max: 5 }), (text, start) => {
        const bytes = new Uint8Array([...new Uint8Array(start).fill(97), ...utf8.encode(text), 97]);
        expect(decodeText(bytes, start, bytes.length - 1)).toBe(text);
        expect(rememberedName(bytes, start, bytes.length - 1)).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ["a byte that begins nothing", [0xff]],
    ["a sequence that is cut", [0xe8, 0xa8]],
    ["a sequence that is cut, after more text", [...utf8.encode("longer than what is short"), 0xe8]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["a longer form than needed", [0xc0, 0x80]],
  ])("%s is refused", async (_, values) => {
    enter();
    const { decodeText } = await import("./decode-text.ts");
    const bytes = new Uint8Array(values);
    expect(() => decodeText(bytes, 0, bytes.length)).toThrow(/not UTF-8/);
  });
});

test("names that fall on the same place in the table do not get mixed up", async () => {
  const { rememberedName } = await import("./remembered-name.ts");
  // Of equal length, with equal characters in the places that choose the place.
  const names = ["axbxc", "aybyc", "axbyc", "aybxc"];
  for (let round = 0; round < 3; round++) {
    for (const name of names) {
      const bytes = utf8.encode(name);
      expect(rememberedName(bytes, 0, bytes.length)).toBe(name);
    }
  }
});

test("a name is not taken for one whose characters have the numbers of its bytes", async () => {
  const { rememberedName } = await import("./remembered-name.ts");
  // One of these pairs falls on the same place in the table, whichever it is.
  for (let code = 0x21; code < 0x7f; code++) {
    const name = `abcd0${String.fromCharCode(code)}gä`;
    const bytes = utf8.encode(name);
    const lookalike = String.fromCharCode(...bytes);
    const lookalikeBytes = utf8.encode(lookalike);
    expect(rememberedName(lookalikeBytes, 0, lookalikeBytes.length)).toBe(lookalike);
    expect(rememberedName(bytes, 0, bytes.length)).toBe(name);
  }
});

test("the error for bytes that are no UTF-8 keeps its cause", async () => {
  const { decodeText } = await import("./decode-text.ts");
  const decode = (): string => decodeText(new Uint8Array([0xff]), 0, 1);
  expect(decode).toThrow(expect.objectContaining({ code: "internal", cause: expect.any(TypeError) }));
});
