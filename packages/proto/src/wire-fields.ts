import type { WireWriter } from "./wire-writer.ts";
import { varint32Size } from "./wire-writer.ts";

// The kinds of fields that the messages of the store have. A tag is `number << 3 | wireType`, below 128 unless said otherwise.

/** Text; the empty one is left out, as proto3 has it. */
export function writeText(to: WireWriter, tag: number, value: string): void {
  if (value !== "") writePresentText(to, tag, value);
}

/** Text of a field that tells whether it is there, and so is written even when empty. */
export function writePresentText(to: WireWriter, tag: number, value: string): void {
  to.reserve(1);
  to.byte(tag);
  to.text(value);
}

/** A nonce; 0 is left out, as proto3 has it. */
export function writeNonce(to: WireWriter, tag: number, nonce: bigint): void {
  if (nonce === 0n) return;
  to.reserve(11);
  to.byte(tag);
  to.uint64(nonce);
}

/** A `google.protobuf.Timestamp`: seconds since the epoch, rounded down, and the nanoseconds above them. */
export function writeTime(to: WireWriter, tag: number, time: Date): void {
  const milliseconds = time.getTime();
  const seconds = Math.floor(milliseconds / 1000);
  const nanos = (milliseconds - seconds * 1000) * 1_000_000;
  if (Number.isNaN(milliseconds)) throw new RangeError("An event's time is an invalid date.");
  to.reserve(19);
  to.byte(tag);
  const lengthAt = to.position++;
  if (seconds !== 0) {
    to.byte(0x08);
    to.int64(seconds);
  }
  if (nanos !== 0) {
    to.byte(0x10);
    to.varint32(nanos);
  }
  to.bytes[lengthAt] = to.position - lengthAt - 1;
}

/**
 * An entry of a map from text to text: a nested message of key and value, both written even when empty.
 *
 * @param tag of the map, of one or two bytes.
 */
export function writeEntry(to: WireWriter, tag: number, key: string, value: string): void {
  to.reserve(2 + 5);
  to.varint32(tag);
  const sizeGuess = varint32Size(key.length + value.length + 4);
  const start = to.position + sizeGuess;
  to.position = start;
  writePresentText(to, 0x0a, key);
  writePresentText(to, 0x12, value);
  fillLength(to, start, sizeGuess, 0);
}

/**
 * Writes the length of what was written since `start` into the gap of `gapBytes` that was left in front of
 * it, and moves it when the gap turns out too wide or too narrow.
 *
 * @param bytesToCome what the length counts beside.
 */
export function fillLength(to: WireWriter, start: number, gapBytes: number, bytesToCome: number): void {
  const written = to.position - start;
  const size = varint32Size(written + bytesToCome);
  if (size !== gapBytes) {
    to.reserve(5);
    to.bytes.copyWithin(start + size - gapBytes, start, to.position);
  }
  to.position = start - gapBytes;
  to.varint32(written + bytesToCome);
  to.position += written;
}
