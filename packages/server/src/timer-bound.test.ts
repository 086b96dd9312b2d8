import { expect, test } from "vitest";
import { dropEndlessTimeout } from "./timer-bound.ts";

test.each([
  [{}, {}],
  [{ "grpc-timeout": "99999999H" }, {}],
  [{ "grpc-timeout": "2147483S" }, { "grpc-timeout": "2147483S" }],
  [{ "grpc-timeout": "nonsense" }, { "grpc-timeout": "nonsense" }],
  [{ "connect-timeout-ms": "9999999999" }, {}],
  [{ "connect-timeout-ms": "2147483647" }, { "connect-timeout-ms": "2147483647" }],
  [{ "connect-timeout-ms": "99999999999" }, { "connect-timeout-ms": "99999999999" }],
])("of %j, only deadlines that timers take and those that cannot be read are left", (given, left) => {
  const header = new Headers(given);
  dropEndlessTimeout(header);
  expect(Object.fromEntries(header)).toEqual(left);
});
