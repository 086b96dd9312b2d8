import { readFileSync } from "node:fs";

/** The version of this package, as its manifest says. */
export const version: string = readVersion();

function readVersion(): string {
  // One folder up from this file, both from the source and from what is built of it.
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return (manifest as { readonly version: string }).version;
}
