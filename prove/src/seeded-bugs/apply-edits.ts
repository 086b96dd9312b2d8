import type { SourceEdit } from "./seeded-bug.ts";

/**
 * Makes a bug's edits, by file.
 *
 * @param read gives the source of a file, whose path is from the root of the repository.
 * @throws when what an edit replaces is not there exactly once: the source was changed, and the bug has to be made anew. A bug
 *   that is not there would look like one that nobody finds, or be found for another reason.
 */
export function applyEdits(
  edits: readonly SourceEdit[],
  read: (file: string) => string,
): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  for (const { file, find, replace } of edits) {
    const source = sources.get(file) ?? read(file);
    const count = source.split(find).length - 1;
    if (count !== 1) {
      throw new Error(
        `A seeded bug replaces a piece of ${file} that is there ${count} times, not once. Make the edit anew: ${find}`,
      );
    }
    // As a function: a replacement is taken as it is written, with its dollar signs.
    sources.set(
      file,
      source.replace(find, () => replace),
    );
  }
  return sources;
}
