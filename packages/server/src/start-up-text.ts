import { type BindAddr, isEveryInterface } from "./bind-addr.ts";
import type { OpenBackend } from "./open-backend.ts";
import { tryIt } from "./try-it.ts";
import { version } from "./version.ts";

/** What a person sees when the server is up: what runs, where the data lies, and how to try it. */
export function startUpText(
  url: string,
  bindAddr: BindAddr,
  { kind, place }: Pick<OpenBackend, "kind" | "place">,
): string {
  const others = isEveryInterface(bindAddr) ? ", and every other address of this machine" : "";
  return `
Leftfold event store ${version} is up.

  url       ${url}${others}; without TLS
  speaks    gRPC, gRPC-Web and Connect, over HTTP/1.1 and HTTP/2
  backend   ${kind}
  data      ${place}

${tryIt(url)}
Stop it with Ctrl-C.
`;
}
