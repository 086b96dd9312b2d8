export type GivenHeaders = ConstructorParameters<typeof Headers>[0];

/** What responses have for headers on the short way: nobody looks at them. */
export const noHeaders: Headers = new Headers();

/** What stands in front of a method's path. */
export function pathPrefixOf(baseUrl: string): string {
  return new URL(baseUrl).pathname.replace(/\/$/, "");
}

export function requestHeaders(timeoutMs: number | undefined, given: GivenHeaders): Record<string, string> {
  return {
    "user-agent": "leftfold-client",
    ...(given !== undefined && Object.fromEntries(new Headers(given))),
    "content-type": "application/grpc+proto",
    te: "trailers",
    ...(timeoutMs !== undefined && { "grpc-timeout": `${timeoutMs}m` }),
  };
}
