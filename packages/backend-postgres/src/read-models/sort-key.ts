import { type OrderedValue, readModelLimits } from "@leftfold/core";

/** Where in the order of the keys a kind begins, and where it has ended. */
export interface KindRange {
  readonly from: string;
  readonly to: string;
}

const numberBytes = new DataView(new ArrayBuffer(8));

/**
 * The text that stands for a value in indexes and orders. Compared under collation "C", such texts are ordered as core orders the
 * values. It is what the database's function `read_model_sort_key` makes of a value: they change together.
 */
export function sortKey(value: Exclude<OrderedValue, null>): string {
  switch (typeof value) {
    case "boolean":
      return value ? "b1" : "b0";
    case "number":
      return numberKey(value);
    case "string":
      return `t${value}`;
    default:
      return "z";
  }
}

/** The keys of all values of a value's kind. */
export function kindRange(value: boolean | number | string): KindRange {
  switch (typeof value) {
    case "boolean":
      return { from: "b", to: "c" };
    case "number":
      return { from: "n", to: "o" };
    default:
      return { from: "t", to: "u" };
  }
}

/** The keys of all texts that begin with another one. */
export function prefixRange(prefix: string): KindRange {
  const characters = [...prefix];
  for (let last = characters.pop(); last !== undefined; last = characters.pop()) {
    const code = last.codePointAt(0)!;
    if (code === 0x10ffff) continue;
    // What follows U+D7FF are surrogates, which are no characters.
    const following = String.fromCodePoint(code === 0xd7ff ? 0xe000 : code + 1);
    return { from: `t${prefix}`, to: `t${characters.join("")}${following}` };
  }
  return { from: `t${prefix}`, to: "u" };
}

/** Whether a text's key is all of it, so that equal keys are equal texts. */
export function isWhole(text: string): boolean {
  return text.length < readModelLimits.orderedCharsMax;
}

/** A double's bytes, from the sign on, sort as doubles do when those of negative ones are turned over. */
function numberKey(value: number): string {
  numberBytes.setFloat64(0, value === 0 ? 0 : value);
  const bits = numberBytes.getBigUint64(0);
  if (value >= 0) return `n1${hex(bits)}`;
  return `n0${hex(~bits & 0xffff_ffff_ffff_ffffn)}`;
}

function hex(bits: bigint): string {
  return bits.toString(16).padStart(16, "0");
}
