import { expect, it } from "vitest";
import { SharedRead } from "./shared-read.ts";

/** Reads that go on until they are told what was read. */
function toldReads(): { shared: SharedRead<string>; reads: PromiseWithResolvers<string>[] } {
  const reads: PromiseWithResolvers<string>[] = [];
  const shared = new SharedRead(() => {
    const read = Promise.withResolvers<string>();
    reads.push(read);
    return read.promise;
  });
  return { shared, reads };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

it("gives those who ask at once the same read, and those who ask while it runs the next", async () => {
  const { shared, reads } = toldReads();
  const first = [shared.get(), shared.get()];
  await turn();
  const second = [shared.get(), shared.get()];
  await turn();
  expect(reads).toHaveLength(1);
  reads[0]!.resolve("old");
  expect(await Promise.all(first)).toEqual(["old", "old"]);
  await turn();
  expect(reads).toHaveLength(2);
  reads[1]!.resolve("new");
  expect(await Promise.all(second)).toEqual(["new", "new"]);
});

it("reads anew after a read that failed", async () => {
  const { shared, reads } = toldReads();
  const first = shared.get();
  await turn();
  const second = shared.get();
  reads[0]!.reject(new Error("away"));
  await expect(first).rejects.toThrow("away");
  await turn();
  reads[1]!.resolve("back");
  expect(await second).toBe("back");
});
