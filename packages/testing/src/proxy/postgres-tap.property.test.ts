import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SeededRandom } from "../builders/seeded-random.ts";
import { type CommitCut, type CommitMoment, commitMoments } from "./commit-cut.ts";
import { postgresTap } from "./postgres-tap.ts";
import type { Direction } from "./proxy-conditions.ts";
import type { ProxyTap } from "./proxy-tap.ts";

function message(type: string, ...body: (string | Buffer)[]): Buffer {
  const bytes = Buffer.concat(body.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length + 4);
  return Buffer.concat([Buffer.from(type), length, bytes]);
}

const startup = message("", Buffer.from([0, 3, 0, 0]), "user\0me\0\0");
const wantsTls = message("", Buffer.from([0x04, 0xd2, 0x16, 0x2f]));
const sync = message("S");
const extended = (text: string, name = ""): Buffer[] => [
  message("P", name, "\0", text, "\0\0\0"),
  message("B", "\0", name, "\0\0\0\0\0\0\0"),
  message("E", "\0\0\0\0\0"),
  sync,
];
const query = (text: string): Buffer => message("Q", text, "\0");
const welcome = Buffer.concat([message("R", Buffer.alloc(4)), message("Z", "I")]);
const answer = (text: string, status = "I"): Buffer =>
  Buffer.concat([message("1"), message("2"), message("C", text, "\0"), message("Z", status)]);
const refusal = Buffer.concat([message("E", "SERROR\0C23505\0\0"), message("Z", "E")]);

interface Heard {
  readonly passed: Buffer;
  readonly isCut: boolean;
}

/** What of these bytes gets through, in pieces of the given sizes, again and again. */
function pass(tap: ProxyTap, direction: Direction, bytes: Buffer, sizes: readonly number[]): Heard {
  const passed: Buffer[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const piece = bytes.subarray(at, at + sizes[i % sizes.length]!);
    const verdict = tap.hear(direction, piece);
    passed.push(piece.subarray(0, verdict?.passBytes ?? piece.length));
    if (verdict?.cut) return { passed: Buffer.concat(passed), isCut: true };
    at += piece.length;
  }
  return { passed: Buffer.concat(passed), isCut: false };
}

interface Exchange {
  readonly toTarget: Heard;
  readonly toClient: Heard;
  readonly cuts: CommitCut[];
}

/** A whole conversation in which the client sends all, and then the target answers all. */
function exchange(
  moment: CommitMoment,
  { sent, answered, sizes = [100_000] }: { sent: Buffer[]; answered: Buffer[]; sizes?: readonly number[] },
): Exchange {
  const cuts: CommitCut[] = [];
  const cutAt = ({ text }: { text: string }) => (/commit|insert/.test(text) ? moment : undefined);
  const tap = postgresTap({ cutAt, onCut: (cut) => cuts.push(cut) })(new SeededRandom(1));
  const toTarget = pass(tap, "toTarget", Buffer.concat(sent), sizes);
  const toClient = toTarget.isCut
    ? { passed: Buffer.alloc(0), isCut: true }
    : pass(tap, "toClient", Buffer.concat(answered), sizes);
  return { toTarget, toClient, cuts };
}

const [parse, bind, execute] = extended("insert into t values ($1)", "s1") as [Buffer, Buffer, Buffer];
const earlier = extended("select 1", "s0");
const lengthOf = (...parts: (Buffer | Buffer[])[]): number => Buffer.concat(parts.flat()).length;
/** One statement in front of it and one behind it, all pipelined. */
const pipelined = {
  sent: [startup, ...earlier, parse, bind, execute, sync, ...extended("select 2")],
  answered: [welcome, answer("SELECT 1"), answer("INSERT 0 1"), answer("SELECT 2")],
};
const untilExecute = lengthOf(startup, earlier, parse, bind);
const untilAnswer = lengthOf(welcome, answer("SELECT 1"));
/** How many of its own bytes pass. A part of a message may, as long as it is not all of it. */
const expected = {
  before: { of: "sent", from: 0, to: execute.length - 1 },
  unsynced: { of: "sent", from: execute.length, to: execute.length + sync.length - 1 },
  "in-flight": { of: "sent", from: execute.length + sync.length, to: execute.length + sync.length },
  unanswered: { of: "answered", from: 0, to: 0 },
  "half-answered": { of: "answered", from: 1, to: lengthOf(pipelined.answered) - untilAnswer - 1 },
  answered: { of: "answered", from: answer("INSERT 0 1").length, to: answer("INSERT 0 1").length },
} as const;
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });

describe("a cut by a pipelined statement", () => {
  it("passes on nothing of the message that runs it", () => {
    const { toTarget, cuts } = exchange("before", pipelined);
    expect(toTarget).toMatchObject({ isCut: true, passed: { length: untilExecute } });
    const statement = { text: "insert into t values ($1)" };
    expect(cuts).toEqual([{ moment: "before", statement, answer: undefined }]);
  });

  it("passes on the message that runs it, but not the one that ends its transaction", () => {
    const { toTarget } = exchange("unsynced", pipelined);
    expect(toTarget).toMatchObject({ isCut: true, passed: { length: untilExecute + execute.length } });
  });

  it("passes on all of it, and nothing behind it", () => {
    const { toTarget } = exchange("in-flight", pipelined);
    expect(toTarget).toMatchObject({ isCut: true, passed: { length: untilExecute + execute.length + 5 } });
  });

  it("passes back the answers before its own, and nothing of its own", () => {
    const { toTarget, toClient, cuts } = exchange("unanswered", pipelined);
    expect(toTarget.isCut).toBe(false);
    expect(toClient).toMatchObject({ isCut: true, passed: { length: untilAnswer } });
    expect(cuts).toMatchObject([{ answer: { refused: false, status: "idle" } }]);
  });

  it("passes back a part of its answer", () => {
    const { toClient } = exchange("half-answered", pipelined);
    expect(toClient.isCut).toBe(true);
    expect(toClient.passed.length).toBeGreaterThan(untilAnswer);
    expect(toClient.passed.length).toBeLessThan(lengthOf(...pipelined.answered));
  });

  it("passes back its answer, and nothing behind it", () => {
    const { toClient } = exchange("answered", pipelined);
    const passed = { length: lengthOf(pipelined.answered.slice(0, 3)) };
    expect(toClient).toMatchObject({ isCut: true, passed });
  });

  it("keeps to the same moments however the bytes are divided", () => {
    fc.assert(
      fc.property(fc.constantFrom(...commitMoments), sizes, (moment, sizes) => {
        const { toTarget, toClient, cuts } = exchange(moment, { ...pipelined, sizes });
        expect(cuts).toHaveLength(1);
        const own = {
          sent: toTarget.passed.length - untilExecute,
          answered: toClient.passed.length - untilAnswer,
        };
        const { from, to } = expected[moment];
        expect(own[expected[moment].of]).toBeGreaterThanOrEqual(from);
        expect(own[expected[moment].of]).toBeLessThanOrEqual(to);
      }),
    );
  });

  it("leaves everything alone when nothing is to be cut, however the bytes are divided", () => {
    fc.assert(
      fc.property(sizes, (sizes) => {
        const sent = [startup, ...extended("select 1"), query("select 2")];
        const { toTarget, toClient } = exchange("before", { sent, answered: pipelined.answered, sizes });
        expect([toTarget.isCut, toClient.isCut]).toEqual([false, false]);
        expect(toTarget.passed.equals(Buffer.concat(sent))).toBe(true);
        expect(toClient.passed.equals(Buffer.concat(pipelined.answered))).toBe(true);
      }),
    );
  });
});

describe("a cut by a simple query", () => {
  const sent = [startup, query("begin"), query("commit")];
  const answered = [welcome, answer("BEGIN", "T"), answer("COMMIT")];

  it.each(["before", "unsynced"] as const)("passes on nothing of it (%s)", (moment) => {
    const { toTarget } = exchange(moment, { sent, answered });
    expect(toTarget).toMatchObject({ isCut: true, passed: { length: lengthOf(sent.slice(0, 2)) } });
  });

  it("cuts once it is answered, and tells what the answer was", () => {
    const { toClient, cuts } = exchange("unanswered", {
      sent,
      answered: [welcome, answer("BEGIN", "T"), refusal],
    });
    expect(toClient.passed.length).toBe(lengthOf(welcome, answer("BEGIN", "T")));
    expect(cuts).toMatchObject([{ answer: { refused: true, status: "failed" } }]);
  });
});

it("passes back what was answered before a statement was sent whole, as its description", () => {
  const tap = postgresTap({ cutAt: () => "unanswered" })(new SeededRandom(1));
  const described = Buffer.concat([welcome, message("1"), message("t")]);
  expect(tap.hear("toTarget", Buffer.concat([startup, parse, bind, execute]))).toBeUndefined();
  expect(tap.hear("toClient", described)).toBeUndefined();
  expect(tap.hear("toTarget", sync)).toBeUndefined();
  expect(tap.hear("toClient", message("2"))).toEqual({ passBytes: 0, cut: false });
  expect(tap.hear("toClient", answer("INSERT 0 1"))).toEqual({ passBytes: 0, cut: true });
});

it("is asked for a statement that was prepared before it was remembered, without its text", () => {
  const asked: string[] = [];
  const tap = postgresTap({ cutAt: ({ text }) => void asked.push(text) })(new SeededRandom(1));
  tap.hear("toTarget", startup);
  tap.hear("toTarget", Buffer.concat([execute, sync, bind, execute, sync]));
  for (let i = 0; i < 1001; i++) tap.hear("toTarget", message("P", `n${i}\0text ${i}\0\0\0`));
  const run = (name: string): Buffer => Buffer.concat([message("B", "\0", name, "\0\0\0\0\0\0\0"), execute]);
  tap.hear("toTarget", Buffer.concat([run("n0"), run("n1000")]));
  expect(asked).toEqual(["", "", "", "text 1000"]);
});

it("keeps no more of a message than its beginning", () => {
  const asked: string[] = [];
  const tap = postgresTap({ cutAt: ({ text }) => void asked.push(text) })(new SeededRandom(1));
  const large = query("x".repeat(1_000_000));
  pass(tap, "toTarget", Buffer.concat([startup, large, query("small")]), [50_000]);
  expect(asked.map(({ length }) => length)).toEqual([65_536, 5]);
});

describe("a client that asks for encryption", () => {
  it("is listened to when it gets none", () => {
    const tap = postgresTap({ cutAt: () => "before" })(new SeededRandom(1));
    expect(tap.hear("toTarget", wantsTls)).toBeUndefined();
    expect(tap.hear("toClient", Buffer.from("N"))).toBeUndefined();
    expect(tap.hear("toTarget", Buffer.concat([startup, query("commit")]))).toEqual({
      passBytes: startup.length,
      cut: true,
    });
  });

  it("is left alone when it gets it", () => {
    const tap = postgresTap({ cutAt: () => "before" })(new SeededRandom(1));
    tap.hear("toTarget", wantsTls);
    expect(tap.hear("toClient", Buffer.from("S"))).toBeUndefined();
    expect(tap.hear("toTarget", Buffer.concat([startup, query("commit")]))).toBeUndefined();
    expect(tap.hear("toClient", welcome)).toBeUndefined();
  });
});
