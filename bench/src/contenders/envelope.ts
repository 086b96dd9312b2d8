/**
 * Bytes in place of an event's envelope, of the size that it has with these benchmarks' events. What is
 * written beside the store does not have to encode it, which is in its favour.
 */
export const envelope: Uint8Array = new Uint8Array(140).fill(1);
