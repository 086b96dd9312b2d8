import { expect, test } from "vitest";
import { type CpuProfile, thisProcess, topSelfTimes } from "./profile.ts";

function node(
  id: number,
  functionName: string,
  url: string,
  lineNumber: number,
): CpuProfile["nodes"][number] {
  return { id, callFrame: { functionName, url, lineNumber, columnNumber: 0, scriptId: "1" } };
}

test("adds up self time by function, idle time and the profiler's own left out, the most first", () => {
  const profile: CpuProfile = {
    nodes: [
      node(1, "(idle)", "", -1),
      node(2, "decide", "file:///leftfold/core/src/decide.ts", 11),
      node(3, "(garbage collector)", "", -1),
      node(4, "post", "node:inspector", 114),
      node(5, "decide", "file:///leftfold/core/src/decide.ts", 11),
      node(6, "", "file:///leftfold/core/src/record.ts", 1),
    ],
    startTime: 0,
    endTime: 10_000,
    samples: [1, 2, 5, 3, 4, 6],
    timeDeltas: [5000, 2000, 1000, 1500, 7000, 500],
  };
  expect(topSelfTimes(profile, 2)).toEqual([
    { place: "decide src/decide.ts:12", share: 0.6, ms: 3 },
    { place: "(garbage collector)", share: 0.3, ms: 1.5 },
  ]);
  expect(topSelfTimes(profile, 9).at(-1)?.place).toBe("(anonymous) src/record.ts:2");
});

test("profiles the process that it runs in", async () => {
  const profiled = thisProcess("test");
  await expect(profiled.stopProfile()).rejects.toThrow("No profile of the test process was started");
  await profiled.startProfile();
  const profile = await profiled.stopProfile();
  expect(profile.endTime).toBeGreaterThan(profile.startTime);
});
