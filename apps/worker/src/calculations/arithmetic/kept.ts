/** Two years of 5,000 symbols, adjusted, with their dividends: 80 MB at the very most, in each thread. */
const MOST_KEPT = 10_000;
const keptHere = new Map<string, unknown>();

/** Cached from one piece of work to the next, because slices of one refresh are about the same symbols. */
export function kept<T>(key: string, compute: () => T): T {
  if (keptHere.has(key)) return keptHere.get(key) as T;
  if (keptHere.size >= MOST_KEPT) keptHere.clear();
  return memo(keptHere as Map<string, T>, key, compute);
}

/** The map's value for the key; computed and stored if absent. */
export function memo<K, V>(known: Map<K, V>, key: K, compute: () => V): V {
  if (known.has(key)) return known.get(key) as V;
  const value = compute();
  known.set(key, value);
  return value;
}
