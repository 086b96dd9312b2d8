import { fromBinary } from "@bufbuild/protobuf";
import { AppendRequestSchema, appendRequestFromWire } from "@leftfold/proto";
import { expect, test } from "vitest";
import type { AppendTarget } from "../workload/aggregate-choice.ts";
import { deposit } from "../workload/deposit.ts";
import { appendRequest } from "./append-request.ts";

test.each<AppendTarget>([
  { aggregateId: "account-1", expected: 0n },
  { aggregateId: "account-2", expected: 127n },
  { aggregateId: "account-3", expected: 128n },
  { aggregateId: "a".repeat(200), expected: 2n ** 40n },
  { aggregateId: "account-4", expected: undefined },
])("encodes by hand what every other client would send for $expected", (target) => {
  const wire = fromBinary(AppendRequestSchema, new Uint8Array(appendRequest("bench", target)));
  const { tenantId, request } = appendRequestFromWire(wire);
  expect(tenantId).toBe("bench");
  expect(request.appends).toMatchObject(deposit(target).appends);
});
