import type { Benchmark } from "./harness/benchmark.ts";

/**
 * Those of the names given, or beginning so when that is nobody's whole name, in their own order; all when
 * no name is given.
 *
 * @throws RangeError for a name that fits none.
 */
export function chooseBenchmarks(all: readonly Benchmark[], names: readonly string[]): readonly Benchmark[] {
  if (names.length === 0) return all;
  const chosen = new Set<Benchmark>();
  for (const wanted of names) {
    const exact = all.filter(({ name }) => name === wanted);
    const found = exact.length > 0 ? exact : all.filter(({ name }) => name.startsWith(wanted));
    if (found.length === 0) throw new RangeError(`No benchmark is called "${wanted}"; --list names them.`);
    for (const benchmark of found) chosen.add(benchmark);
  }
  return all.filter((benchmark) => chosen.has(benchmark));
}
