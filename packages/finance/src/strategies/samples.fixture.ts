import type { PriceTable } from '../estimates/price-table.ts';

/** Numbers between 0 and 1 that are the same on every run (mulberry32). */
export function repeatable(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Prices of so many assets that share a market and have volatilities and drifts of their own. */
export function samplePrices(assets: number, sessions: number, seed = 1): PriceTable {
  const random = repeatable(seed);
  const market = Array.from({ length: sessions }, () => (random() - 0.48) * 0.02);
  const prices = Array.from({ length: assets }, () => {
    const [beta, own, drift] = [0.3 + random(), 0.005 + random() * 0.03, (random() - 0.3) * 0.001];
    let price = 20 + random() * 200;
    return Float64Array.from(market, (common) => (price *= 1 + drift + beta * common + (random() - 0.5) * own));
  });
  return {
    sessions: market.map((_, day) => new Date(Date.UTC(2022, 0, 1 + day)).toISOString().slice(0, 10)),
    symbols: prices.map((_, at) => `S${String(at).padStart(2, '0')}`),
    prices,
  };
}
