/**
 * The partition that a key belongs to: the same in every process and release, for whoever decided otherwise would process a key's
 * events twice or never. FNV-1a, 32 bits, over UTF-16 units, with a last mixing step: its low bits alone are uneven.
 *
 * @returns 0 to `count` - 1.
 */
export function partitionOf(key: string, count: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) % count;
}
