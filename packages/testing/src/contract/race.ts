/** How each of several attempts ended, by its number from 0. */
export interface Race<T> {
  readonly won: readonly { readonly index: number; readonly result: T }[];
  readonly lost: readonly { readonly index: number; readonly error: unknown }[];
}

/** Makes so many attempts at once, and sorts them by how they end. */
export async function race<T>(attempts: number, attempt: (index: number) => Promise<T>): Promise<Race<T>> {
  const won: { index: number; result: T }[] = [];
  const lost: { index: number; error: unknown }[] = [];
  await Promise.all(
    Array.from({ length: attempts }, (_, index) =>
      attempt(index).then(
        (result) => won.push({ index, result }),
        (error: unknown) => lost.push({ index, error }),
      ),
    ),
  );
  return { won, lost };
}
