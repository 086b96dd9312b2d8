import { malformed } from "./malformed.ts";
import type { WireReader } from "./wire-reader.ts";

/** Reads a nested message whose length comes next. */
export function nested<T>(reader: WireReader, read: (reader: WireReader) => T): T {
  const outerEnd = reader.enter();
  const value = read(reader);
  reader.leave(outerEnd);
  return value;
}

/** For what is no error yet: it is valid, but so rare that only the generated code takes it. */
export function unusual(): Error {
  return malformed("this is for the generated code");
}
