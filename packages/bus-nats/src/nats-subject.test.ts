import type { CloudEvent } from "@leftfold/event-sourcing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { natsSubject, natsSubjectToken } from "./nats-subject.ts";

const event: CloudEvent = {
  id: "1",
  source: "/s",
  type: "OrderPaid",
  extensions: {},
  data: new Uint8Array(),
};

test("an event of a store goes to a subject of its tenant, its aggregate's type and its own", () => {
  const extensions = { tenantid: "shop.north", aggregatetype: "Order" };
  expect(natsSubject({ ...event, extensions })).toBe("leftfold.shop%2Enorth.Order.OrderPaid");
  expect(natsSubject(event)).toBe("leftfold.other.OrderPaid");
});

test("a token of a subject has nothing that NATS gives a meaning to, and stands for one text", () => {
  expect(natsSubjectToken("a.b*c>d e%f\tg\u0085ö訂")).toBe("a%2Eb%2Ac%3Ed%20e%25f%09g%C2%85ö訂");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const token = natsSubjectToken(text);
      expect(token).not.toMatch(/[.*>\s\p{Cc}]/u);
      expect(decodeURIComponent(token)).toBe(text);
    }),
  );
});
