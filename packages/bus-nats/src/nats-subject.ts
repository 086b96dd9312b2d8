import type { CloudEvent } from "@leftfold/event-sourcing";

/**
 * The subject that an event goes to when nothing else is said: `leftfold`, the tenant, the aggregate's type
 * and the event's type, such as `leftfold.shop.Order.OrderPaid`. What is no event of a Leftfold store goes to
 * `leftfold.other` and its type.
 */
export function natsSubject({ type, extensions }: CloudEvent): string {
  const { tenantid, aggregatetype } = extensions;
  const from = tenantid === undefined || aggregatetype === undefined ? ["other"] : [tenantid, aggregatetype];
  return ["leftfold", ...from, type].map(natsSubjectToken).join(".");
}

/** Text as one token of a subject: what NATS gives a meaning to, and the percent sign, is percent-encoded. */
export function natsSubjectToken(text: string): string {
  // `encodeURIComponent` leaves these two as they are, which NATS does not.
  return text
    .toWellFormed()
    .replace(/[\s\p{Cc}.*>%]/gu, (character) => escapes[character] ?? encodeURIComponent(character));
}

const escapes: Readonly<Record<string, string>> = { ".": "%2E", "*": "%2A" };
