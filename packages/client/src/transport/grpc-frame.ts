/** One byte of flags, four of length. */
export const prefixBytes = 5;

/** A message in gRPC's envelope, not compressed. */
export function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(prefixBytes + message.byteLength);
  writePrefix(frame, message.byteLength);
  frame.set(message, prefixBytes);
  return frame;
}

/** What is in front of a message of so many bytes that is not compressed. */
export function writePrefix(frame: Buffer, byteCount: number): void {
  frame.writeUInt8(0, 0);
  frame.writeUInt32BE(byteCount, 1);
}
