// HTTP/2's framing, as far as a client that only ever sends one kind of request needs it. See RFC 9113,
// sections 4 and 6.

export const frameType = {
  data: 0,
  headers: 1,
  rstStream: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
} as const;

/** On DATA and HEADERS; the same bit says on SETTINGS and PING that they answer one. */
export const endStream = 0x1;
export const ack = 0x1;
export const endHeaders = 0x4;

export const frameHeadBytes = 9;

/** A frame: what it is, to which stream it belongs, and its payload. */
export function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(frameHeadBytes + payload.length);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes[3] = type;
  bytes[4] = flags;
  bytes.writeUInt32BE(stream, 5);
  bytes.set(payload, frameHeadBytes);
  return bytes;
}

const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");
const settingInitialWindowSize = 4;
const windowMax = 2 ** 31 - 1;
const windowDefault = 65_535;

/**
 * What a client says first: that it speaks HTTP/2, and that it takes whatever is sent without being asked for
 * more.
 */
export function opening(): Buffer {
  const settings = Buffer.alloc(6);
  settings.writeUInt16BE(settingInitialWindowSize, 0);
  settings.writeUInt32BE(windowMax, 2);
  const increment = Buffer.alloc(4);
  increment.writeUInt32BE(windowMax - windowDefault);
  return Buffer.concat([
    preface,
    frame(frameType.settings, 0, 0, settings),
    frame(frameType.windowUpdate, 0, 0, increment),
  ]);
}

/**
 * The header block of a gRPC call, in HPACK without compression: fields of the static table by their index
 * (RFC 7541, appendix A), values as they are. It is the same for every call.
 */
export function grpcHeaderBlock(authority: string, path: string): Buffer {
  const post = 0x83;
  const http = 0x86;
  const withName = (index: readonly number[], value: string): Buffer =>
    Buffer.concat([Buffer.from(index), text(value)]);
  return Buffer.concat([
    Buffer.from([post, http]),
    withName([0x04], path),
    withName([0x01], authority),
    withName([0x0f, 0x10], "application/grpc"), // content-type
    Buffer.concat([Buffer.from([0x00]), text("te"), text("trailers")]),
  ]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, "latin1");
  if (bytes.length > 126)
    throw new RangeError(`A header of ${bytes.length} bytes needs more than one byte for its length.`);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}
