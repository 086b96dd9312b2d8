import { expect, test } from "vitest";
import { defaultBindAddr, isEveryInterface, parseBindAddr, urlOf } from "./bind-addr.ts";

test.each([
  ["127.0.0.1:50051", { host: "127.0.0.1", port: 50051 }],
  ["localhost:0", { host: "localhost", port: 0 }],
  ["store.example.org:65535", { host: "store.example.org", port: 65535 }],
  ["[::1]:50051", { host: "::1", port: 50051 }],
  ["[::]:80", { host: "::", port: 80 }],
  ["[fe80::1%eth0]:80", { host: "fe80::1%eth0", port: 80 }],
  ["[::ffff:1.2.3.4]:80", { host: "::ffff:1.2.3.4", port: 80 }],
])("takes %s apart", (text, bindAddr) => {
  expect(parseBindAddr(text)).toEqual(bindAddr);
});

test.each([
  "",
  "50051",
  ":50051",
  "localhost",
  "localhost:",
  "localhost:65536",
  "localhost:-1",
  "::1:50051",
  "[]:1",
  "[::1]",
  "a b:1",
  "localhost:1e3",
  "http://x:1",
])("takes %j for no bind address", (text) => {
  expect(parseBindAddr(text)).toBeUndefined();
});

test("tells the URL by which this machine reaches a server", () => {
  const urls = ["0.0.0.0:1", "[::]:2", "[::1]:3", "store:4"].map((text) => urlOf(parseBindAddr(text)!));
  expect(urls).toEqual(["http://127.0.0.1:1", "http://[::1]:2", "http://[::1]:3", "http://store:4"]);
});

test("listens on every interface unless told otherwise", () => {
  expect(isEveryInterface(parseBindAddr(defaultBindAddr)!)).toBe(true);
  expect(isEveryInterface(parseBindAddr("127.0.0.1:1")!)).toBe(false);
});
