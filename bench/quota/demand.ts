import { postRefresh } from '../../tests/client.ts';
import type { System } from '../../tests/system.ts';

const CURRENCIES = ['USD', 'EUR', 'GBP', 'JPY', 'CHF', 'CAD', 'AUD', 'NZD', 'SEK', 'NOK', 'DKK', 'PLN'];
const EQUITIES = 12_000;
/** Forty of them share a call: at sixty calls a minute these last for a quarter of an hour. */
const COINS = 36_000;
const PER_REFRESH = 500;

/** More work than the three lanes can do in the row's time: equities, coins by the ten thousand and currency pairs, each wanted once. */
export async function wantMuch(system: System): Promise<void> {
  const portions = [numbered('SYM', EQUITIES, ''), numbered('C', COINS, '-USD'), currencyPairs()].map(inPortions);
  // In turns, so that no lane waits for its first work until the others have all of theirs.
  for (let i = 0; portions.some((of) => of[i]); i++) {
    for (const symbols of portions.flatMap((of) => (of[i] ? [of[i]] : []))) {
      await postRefresh(system, '/api/v1/manual/refresh/prices', { symbols, max_age_s: 0, deadline_s: 7_200 });
    }
  }
}

function numbered(prefix: string, count: number, suffix: string): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${String(i + 1).padStart(5, '0')}${suffix}`);
}

function currencyPairs(): string[] {
  return CURRENCIES.flatMap((base) => CURRENCIES.filter((quote) => quote !== base).map((quote) => `${base}${quote}=X`));
}

function inPortions(all: string[]): string[][] {
  return Array.from({ length: Math.ceil(all.length / PER_REFRESH) }, (_, i) =>
    all.slice(i * PER_REFRESH, (i + 1) * PER_REFRESH),
  );
}
