import { expect, test } from "vitest";
import { describeDatabase } from "./describe-database.ts";

test.each([
  ["postgres://h/n", "h, database n"],
  ["postgres://h", "h"],
  ["postgres:///", "localhost"],
  ["postgresql://us%40er:pa%3Ass@h:5/d%20b?sslmode=require", "h:5, database d b, as us@er"],
  ["postgres://u:p@a:1,b:2/n", "a:1,b:2, database n, as u"],
  ["postgres://u:p@ss:w@h/n", "h, database n, as u"],
  ["postgres://u@[::1]:5432/n", "[::1]:5432, database n, as u"],
  ["postgres://h/100%", "h, database 100%"],
  ["postgres://u:pa/ss@h/n", "an address that is not shown, as it may hold a password"],
  ["postgres://u:pa?ss@h/n", "an address that is not shown, as it may hold a password"],
])("describes %s as %s", (url, description) => {
  expect(describeDatabase(url)).toBe(description);
});
