import { renderValue } from "./diff/render-value.ts";

/** Each document on lines of its own, in the order of their keys. */
export function renderDocuments(documents: Readonly<Record<string, object>>): readonly string[] {
  const entries = Object.entries(documents).sort(([one], [other]) => (one < other ? -1 : 1));
  if (entries.length === 0) return ["no documents"];
  return entries.flatMap(([key, document]) => {
    const [first, ...others] = renderValue(document);
    return [`${JSON.stringify(key)}: ${first}`, ...others];
  });
}
