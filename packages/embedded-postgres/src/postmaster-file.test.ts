import { expect, test } from "vitest";
import { parsePostmasterFile } from "./postmaster-file.ts";

test("reads the process, the port and the status", () => {
  const text = "4711\n/data/pgdata\n1790000000\n5433\n\n127.0.0.1\n  12345   0\nready   \n";
  expect(parsePostmasterFile(text)).toEqual({ pid: 4711, port: 5433, status: "ready" });
});

test("reads what there is of a file that is still being written", () => {
  expect(parsePostmasterFile("4711\n/data/pgdata\n1790000000\n54")).toEqual({
    pid: 4711,
    port: undefined,
    status: undefined,
  });
  expect(parsePostmasterFile("47")).toBeUndefined();
  expect(parsePostmasterFile("")).toBeUndefined();
  expect(parsePostmasterFile("none\n")).toBeUndefined();
});

test("reads the process of a server in single-user mode", () => {
  expect(parsePostmasterFile("-4711\n")?.pid).toBe(4711);
});
