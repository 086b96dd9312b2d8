import { memoryBackend } from "@leftfold/backend-memory";
import { connect } from "@leftfold/client";
import { startServer } from "@leftfold/server";
import { expect, test } from "vitest";
import { smoke } from "./smoke-calls.ts";
import { tour } from "./tour.ts";

test("the tour tells what the README says it does", async () => {
  await using backend = memoryBackend();
  await using server = await startServer({ backend, bindAddr: "127.0.0.1:0" });
  await using client = connect({ baseUrl: server.url });
  const lines: string[] = [];

  await tour(client.tenant("tour"), (line) => lines.push(line));

  expect(lines.filter((line) => line.startsWith("   "))).toEqual([
    "   recorded as 1 to 2 of the log",
    '   1  Order 1001 #1  OrderPlaced {"item":"lamp","quantity":2}',
    '   2  Order 1001 #2  OrderPaid {"amount":79.8}',
    "   conflict: 1001 is at 2",
    "   first: event 3, replayed: false",
    "   again: event 3, replayed: true",
    "   Order 1002 is now at 1",
    "   Stock lamp is now at 1",
    '   5  Stock lamp #1  StockTaken {"quantity":1}',
    '   4  Order 1002 #1  OrderPlaced {"item":"lamp","quantity":1}',
    '   4  Order 1002 #1  OrderPlaced {"item":"lamp","quantity":1}',
    '   5  Stock lamp #1  StockTaken {"quantity":1}',
    "   … caught up at 5; now something happens …",
    "   6  Order 1001 #4  OrderDelivered {}",
    "   The log ends at 6.",
  ]);
});

test("the smoke calls pass on a running server, and name the call that does not", async () => {
  await using backend = memoryBackend();
  await using server = await startServer({ backend, bindAddr: "127.0.0.1:0" });
  const passed: string[] = [];

  await smoke(server.url, "smoke", (call) => passed.push(call));

  expect(passed).toHaveLength(10);
  await server.close();
  await expect(smoke(server.url, "smoke", () => {})).rejects.toThrow(/^Health\/Check failed: /);
});
