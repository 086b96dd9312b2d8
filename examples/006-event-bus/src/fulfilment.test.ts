import { commandRejected, given, happened, timerFired } from "@leftfold/testing";
import { expect, test } from "vitest";
import { fulfilment } from "./fulfilment.ts";
import { Order } from "./order.ts";
import { Payment } from "./payment.ts";
import { PostOffice } from "./post-office.ts";
import { Stock } from "./stock.ts";

// Scenarios of the pure process: what it keeps, and what it asks for. Nothing of it is done.

const post = new PostOffice();
const process = fulfilment(post);

const ordered = happened(Order.ref("1001"), [
  { type: "OrderPlaced", data: { customer: "Ann", item: "lamp", quantity: 2, amount: 80 } },
]);
const reserved = happened(Stock.ref("lamp"), [
  { type: "StockReserved", data: { order: "1001", quantity: 2 } },
]);
const requested = happened(Payment.ref("1001"), [{ type: "PaymentRequested", data: { amount: 80 } }]);
const toDo = { customer: "Ann", item: "lamp", amount: 80 };

// #region scenario
test("asks for the money once the lamps are put aside, and sets itself a term", () => {
  const reaction = given(process, ordered).when(reserved);

  reaction.thenAsks((ask) => {
    ask.at(Payment, "1001").request(80);
    ask.schedule("payment-due", { afterMs: 172_800_000 });
  });
  reaction.thenStates({ "1001": { todo: "await payment", ...toDo } });
});
// #endregion scenario

test("begins with the stock", () => {
  const reaction = given(process).when(ordered);
  reaction.thenAsks((ask) => ask.at(Stock, "lamp").reserve("1001", 2));
  reaction.thenStates({ "1001": { todo: "reserve stock", ...toDo } });
});

test("ships what is paid, and tells the customer", () => {
  given(process, ordered, reserved, requested)
    .when(happened(Payment.ref("1001"), [{ type: "PaymentReceived", data: {} }]))
    .thenAsks((ask) => {
      ask.cancel("payment-due");
      ask.at(Order, "1001").ship();
      ask.effect(async () => {});
    });
  expect(post.handedIn).toBe(0);
});

test("lets the payment expire when its timer goes off, and takes everything back then", () => {
  given(process, ordered, reserved, requested)
    .when(timerFired(process, "1001", "payment-due"))
    .thenAsks((ask) => ask.at(Payment, "1001").expire());
  given(process, ordered, reserved, requested)
    .when(happened(Payment.ref("1001"), [{ type: "PaymentExpired", data: {} }]))
    .thenAsks((ask) => {
      ask.at(Stock, "lamp").release("1001");
      ask.at(Order, "1001").cancel("not paid in time");
    });
});

test("cancels what is out of stock, and leaves to people what it does not expect", () => {
  const rejected = (command: string, rejection: string) =>
    given(process, ordered).when(commandRejected(process, { key: "1001", command, rejection }));
  rejected("Stock.reserve", "out-of-stock").thenAsks((ask) => ask.at(Order, "1001").cancel("out-of-stock"));
  const odd = rejected("Order.ship", "not-open");
  odd.thenAsks(() => {});
  odd.thenStates({ "1001": { todo: "look into Order.ship: not-open", ...toDo } });
});

test("has nothing to do for an order that is shipped or cancelled", () => {
  const cancelled = happened(Order.ref("1001"), [{ type: "OrderCancelled", data: { reason: "late" } }]);
  given(process, ordered).when(cancelled).thenStates({});
  const shipped = happened(Order.ref("1001"), [{ type: "OrderShipped", data: {} }]);
  given(process, ordered).when(shipped).thenStates({});
});
