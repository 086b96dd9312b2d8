/** How the messages of a call are encoded. */
export type WireEncoding = "binary" | "json";

/**
 * How a call's messages are encoded, by the request's `content-type`: every protocol's JSON types end in
 * `json`, such as `application/connect+json` and `application/grpc-web+json`. Binary when there is none.
 */
export function wireEncodingOf(contentType: string | null): WireEncoding {
  const mediaType = contentType?.split(";", 1)[0]?.trim().toLowerCase();
  return mediaType?.endsWith("json") ? "json" : "binary";
}
