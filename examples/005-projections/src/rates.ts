/** What one of a currency is worth in euros. */
export type RateOf = (currency: string) => number;

/** The rates that one release of the program knows. */
export function ratesOf(table: Readonly<Record<string, number>>): RateOf {
  return (currency) => {
    const rate = table[currency];
    if (rate === undefined) throw new Error(`There is no rate for ${currency}.`);
    return rate;
  };
}
