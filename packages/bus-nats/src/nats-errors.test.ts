import { expect, test } from "vitest";
import { natsError } from "./nats-errors.ts";

const doing = "publishing the event e1";

test("what is no error of NATS at all may be tried again", () => {
  expect(natsError("odd", { doing })).toMatchObject({
    code: "unavailable",
    message: "NATS failed while publishing the event e1: odd. Repeat the same events.",
    cause: "odd",
  });
  expect(natsError(new Error("Odd"), { doing })).toMatchObject({ code: "unavailable", retryable: true });
});

test("credentials that ran out are refused credentials", () => {
  const expired = Object.assign(new Error("expired"), { name: "UserAuthenticationExpiredError" });
  expect(natsError(expired, { doing })).toMatchObject({ code: "unauthenticated", cause: expired });
});
