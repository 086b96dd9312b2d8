import { InvalidArgumentError, type RecordedEvent } from "@leftfold/core";
import { describe, expect, test } from "vitest";
import type { CloudEvent } from "./cloud-event.ts";
import { cloudEventFromHeaders, cloudEventToHeaders } from "./cloud-event-headers.ts";
import { cloudEventFromJson, cloudEventToJson } from "./cloud-event-json.ts";
import { cloudEventOf } from "./cloud-event-of.ts";
import { recordedEventOf } from "./recorded-event-of.ts";

const utf8 = new TextEncoder();
const recorded: RecordedEvent = {
  tenantId: "shop",
  globalNonce: 7n,
  aggregateType: "Order",
  aggregateId: "größer 1",
  aggregateNonce: 2n,
  eventId: "01890a5d-ac96-774b-bcce-b302099a8057",
  eventType: "OrderPaid",
  eventVersion: 3,
  contentType: "application/json",
  occurredAt: new Date("2026-01-02T03:04:05.678Z"),
  recordedAt: new Date("2026-01-02T03:04:06.000Z"),
  tags: ["course:c1"],
  correlationId: "c-1",
  causationId: "c-2",
  actorId: "ann",
  metadata: {
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    tracestate: "a=1",
    shop: "north",
  },
  payload: utf8.encode('{"amount":30}'),
};
const minimal: CloudEvent = { id: "1", source: "/s", type: "t", extensions: {}, data: new Uint8Array() };

describe("a CloudEvent of a recorded event", () => {
  test("says in structured mode what the event says", () => {
    const json = JSON.parse(cloudEventToJson(cloudEventOf(recorded)));
    expect(json).toEqual({
      specversion: "1.0",
      id: "01890a5d-ac96-774b-bcce-b302099a8057",
      source: "/leftfold/shop",
      type: "OrderPaid",
      subject: "Order/größer 1",
      time: "2026-01-02T03:04:05.678Z",
      datacontenttype: "application/json",
      tenantid: "shop",
      aggregatetype: "Order",
      aggregateid: "größer 1",
      aggregatenonce: "2",
      globalnonce: "7",
      eventversion: "3",
      recordedat: "2026-01-02T03:04:06.000Z",
      correlationid: "c-1",
      causationid: "c-2",
      actorid: "ann",
      tags: '["course:c1"]',
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      tracestate: "a=1",
      metadata: '{"shop":"north"}',
      data: { amount: 30 },
    });
  });

  test("has its media type as the content type over HTTP, and as an attribute over NATS", () => {
    const event = cloudEventOf(recorded, {
      source: "https://shop.example",
      dataschema: ({ eventType, eventVersion }) => `https://shop.example/${eventType}/${eventVersion}`,
    });
    const http = cloudEventToHeaders(event, "http");
    expect(http).toMatchObject({
      "content-type": "application/json",
      "ce-source": "https://shop.example",
      "ce-dataschema": "https://shop.example/OrderPaid/3",
      "ce-subject": "Order/gr%C3%B6%C3%9Fer%201",
      "ce-tags": "[%22course:c1%22]",
    });
    const { "content-type": mediaType, ...others } = http;
    expect(cloudEventToHeaders(event, "nats")).toEqual({ ...others, "ce-datacontenttype": mediaType });
  });

  test("keeps a content type that is no media type aside", () => {
    const event = cloudEventOf({ ...recorded, contentType: "größe" });
    expect(event.datacontenttype).toBe("application/octet-stream");
    expect(event.extensions["contenttype"]).toBe("größe");
  });

  test("leaves what only looks like a trace where it was", () => {
    const { extensions } = cloudEventOf({
      ...recorded,
      metadata: { traceparent: "00-x", tracestate: "a=1" },
    });
    expect(extensions["traceparent"]).toBeUndefined();
    expect(extensions["metadata"]).toBe('{"traceparent":"00-x","tracestate":"a=1"}');
  });
});

describe("a recorded event of a CloudEvent", () => {
  test("is refused with everything that is missing", () => {
    const refused = (): unknown => recordedEventOf(minimal);
    expect(refused).toThrow(InvalidArgumentError);
    for (const field of [
      "tenantid",
      "aggregatetype",
      "aggregateid",
      "aggregatenonce",
      "globalnonce",
      "eventversion",
      "time",
      "recordedat",
    ]) {
      expect(refused).toThrow(`${field} is absent`);
    }
  });

  test.each([
    ["aggregatenonce", "0"],
    ["globalnonce", "1.5"],
    ["tags", "{}"],
    ["tags", "[1]"],
    ["metadata", "[]"],
    ["metadata", '{"a":1}'],
    ["metadata", "null"],
    ["metadata", "{"],
    ["recordedat", "yesterday"],
    ["tenantid", ""],
  ])("is refused with an extension that cannot be read: %s of %s", (extension, value) => {
    const event = cloudEventOf(recorded);
    const broken = { ...event, extensions: { ...event.extensions, [extension]: value } };
    expect(() => recordedEventOf(broken)).toThrow(`${extension} is ${JSON.stringify(value)}`);
  });

  test("takes bytes for what they are when nothing is said of them", () => {
    const { datacontenttype: _, ...event } = cloudEventOf(recorded);
    expect(recordedEventOf(event).contentType).toBe("application/octet-stream");
  });
});

describe("what the specification does not allow", () => {
  test.each<[string, Partial<CloudEvent>]>([
    ['id is ""', { id: "" }],
    ['source is ""', { source: "" }],
    ['type is ""', { type: "" }],
    ['subject is ""', { subject: "" }],
    ["datacontenttype is", { datacontenttype: "text/plain\r\nx: y" }],
    ['extensions is "Upper"', { extensions: { Upper: "x" } }],
    ['extensions is "data"', { extensions: { data: "x" } }],
  ])("does not go out: %s", (message, fields) => {
    const event = { ...minimal, ...fields };
    expect(() => cloudEventToJson(event)).toThrow(message);
    expect(() => cloudEventToHeaders(event, "nats")).toThrow(message);
  });

  test.each([
    ["[]", "message is no object"],
    ["{", "message is no JSON"],
    ["{}", "specversion is"],
    ['{"specversion":"0.3"}', 'specversion is "0.3"'],
    ['{"specversion":"1.0"}', "id is"],
    ['{"specversion":"1.0","id":"1","source":"s","type":"t","x":{}}', "x is an object"],
    ['{"specversion":"1.0","id":"1","source":"s","type":"t","data_base64":"*"}', "data_base64 is"],
    ['{"specversion":"1.0","id":"1","source":"s","type":"t","data_base64":1}', "data_base64 is"],
  ])("does not come in as JSON: %s", (json, message) => {
    expect(() => cloudEventFromJson(json)).toThrow(InvalidArgumentError);
    expect(() => cloudEventFromJson(json)).toThrow(message);
  });

  test("does not come in as headers", () => {
    const none = new Uint8Array();
    expect(() => cloudEventFromHeaders([["content-type", "text/plain"]], none, "http")).toThrow(
      "specversion",
    );
    const headers: [string, string][] = [["ce-id", "%ff"]];
    expect(() => cloudEventFromHeaders(headers, none, "nats")).toThrow("percent-encoded UTF-8");
  });
});

describe("what others send", () => {
  const read = (fields: string): CloudEvent =>
    cloudEventFromJson(`{"specversion":"1.0","id":"1","source":"/s","type":"t"${fields}}`);

  test("may have numbers, booleans and nulls for attributes", () => {
    expect(read(',"sampled":true,"count":3,"subject":null').extensions).toEqual({
      sampled: "true",
      count: "3",
    });
  });

  test.each([
    ["", ""],
    [',"data":null,"datacontenttype":"text/plain"', ""],
    [',"data":"a b","datacontenttype":"text/plain"', "a b"],
    [',"data":"a b"', '"a b"'],
    [',"data":null', "null"],
    [',"data":{"a":1},"datacontenttype":"application/vnd.x+json"', '{"a":1}'],
    [',"data_base64":"YQ==","datacontenttype":"application/json"', "a"],
  ])("may have data of any kind: %s", (fields, data) => {
    expect(new TextDecoder().decode(read(fields).data)).toBe(data);
  });

  test("may have quoted headers, and headers that are not of the event", () => {
    const headers: [string, string][] = [
      ["CE-SpecVersion", "1.0"],
      ["ce-id", '"a\\"b"'],
      ["ce-source", "/s"],
      ["ce-type", "t%20u"],
      ["Content-Type", "text/plain"],
      ["x-other", "y"],
    ];
    expect(cloudEventFromHeaders(headers, new Uint8Array(), "http")).toEqual({
      ...minimal,
      id: 'a"b',
      type: "t u",
      datacontenttype: "text/plain",
    });
  });
});
