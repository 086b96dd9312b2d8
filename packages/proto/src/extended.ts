/**
 * The list with an item at its end; a new one of exactly that item when there is none yet. Most lists of appends and results have one
 * item, and one that begins empty makes room for sixteen more with the first.
 */
export function extended<T>(list: T[] | undefined, item: T): T[] {
  if (list === undefined) return [item];
  list.push(item);
  return list;
}
