import { given } from "@leftfold/testing";
import { describe, test } from "vitest";
import { Order } from "./order.ts";
import { Payment } from "./payment.ts";
import { Stock } from "./stock.ts";

const placed = Order.event("OrderPlaced", { customer: "Ann", item: "lamp", quantity: 1, amount: 40 });
const requested = Payment.event("PaymentRequested", { amount: 40 });

describe("an order", () => {
  test("is placed once", () => {
    given(Order).when("place", placed.data).then([placed]);
    given(Order, [placed]).when("place", placed.data).thenRejects("already-placed", { status: "placed" });
  });

  test("is shipped or cancelled, and never both", () => {
    const shipped = Order.event("OrderShipped", {});
    const cancelled = Order.event("OrderCancelled", { reason: "out-of-stock" });
    given(Order, [placed]).when("ship").then([shipped]);
    given(Order, [placed]).when("cancel", "out-of-stock").then([cancelled]);
    given(Order, [placed, shipped]).when("cancel", "late").thenRejects("not-open", { status: "shipped" });
    given(Order, [placed, cancelled]).when("ship").thenRejects("not-open", { status: "cancelled" });
  });
});

describe("the stock of an item", () => {
  const received = Stock.event("StockReceived", { quantity: 3 });
  const reserved = Stock.event("StockReserved", { order: "1001", quantity: 2 });

  test("is put aside for orders down to nothing, and no further", () => {
    given(Stock).when("receive", 3).then([received]);
    given(Stock, [received]).when("reserve", "1001", 2).then([reserved]);
    given(Stock, [received, reserved])
      .when("reserve", "1002", 2)
      .thenRejects("out-of-stock", { available: 1 });
  });

  test("has again what is released, once", () => {
    const released = Stock.event("StockReleased", { order: "1001", quantity: 2 });
    const before = given(Stock, [received, reserved]);
    before.when("release", "1001").then([released]);
    before.when("release", "1001").thenState({ available: 3, reserved: {} });
    given(Stock, [received, reserved, released]).when("release", "1001").then([]);
  });
});

describe("a payment", () => {
  const received = Payment.event("PaymentReceived", {});
  const expired = Payment.event("PaymentExpired", {});

  test("is requested once", () => {
    given(Payment).when("request", 40).then([requested]);
    given(Payment, [requested]).when("request", 40).then([]);
  });

  test("is received or expires: what comes first counts", () => {
    given(Payment).when("receive").thenRejects("not-open", { status: "none" });
    given(Payment, [requested]).when("receive").then([received]);
    given(Payment, [requested]).when("expire").then([expired]);
    given(Payment, [requested, received]).when("expire").then([]);
    given(Payment, [requested, expired]).when("receive").thenRejects("not-open", { status: "expired" });
  });
});
