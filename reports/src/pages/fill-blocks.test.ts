import { expect, test } from "vitest";
import { fillBlocks } from "./fill-blocks.ts";

const page = `before
<!-- figures: table a b -->
old
<!-- end of figures -->
between
<!-- figures: machine -->
<!-- end of figures -->
after`;

test("blocks are made anew from their names and arguments, and all else stays", () => {
  const filled = fillBlocks(page, (name, args) => `${name}(${args.join()})`);
  expect(filled).toBe(`before
<!-- figures: table a b -->

table(a,b)

<!-- end of figures -->
between
<!-- figures: machine -->

machine()

<!-- end of figures -->
after`);
  expect(fillBlocks(filled, (name, args) => `${name}(${args.join()})`)).toBe(filled);
});
