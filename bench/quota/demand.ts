import { setTimeout as sleep } from 'node:timers/promises';
import { UNIVERSE } from '@freshet/market';
import { postRefresh } from '../../tests/client.ts';
import type { System } from '../../tests/system.ts';

const CURRENCIES = ['USD', 'EUR', 'GBP', 'JPY', 'CHF', 'CAD', 'AUD', 'NZD', 'SEK', 'NOK', 'DKK', 'PLN'];
const EQUITIES = 12_000;
const PER_REFRESH = 500;
const COINS_PER_REFRESH = 20;
const COINS_EVERY_MS = 500;
/** So many ask for coins, for each waits for the answer of the api. */
const COIN_ASKERS = 4;

/**
 * More work than the three lanes can do: equities and currency pairs by the thousand, each wanted once; and coins, of which there are few,
 * some of them wanted anew several times a second, whatever became of them before. Ends with `stop`.
 */
export async function keepWanting(system: System): Promise<{ stop(): Promise<void> }> {
  const refresh = (symbols: string[], deadline_s: number) =>
    postRefresh(system, '/api/v1/manual/refresh/prices', { symbols, max_age_s: 0, deadline_s });
  const listings = Array.from({ length: EQUITIES }, (_, i) => `SYM${String(i + 1).padStart(5, '0')}`);
  for (const symbols of portions(listings, PER_REFRESH)) await refresh(symbols, 7_200);
  await refresh(currencyPairs(), 7_200);
  const pairs = coinPairs();
  let wanted = true;
  const again = async () => {
    // While Redis is away the api may refuse; the next round asks again.
    for (; wanted; await sleep(COINS_EVERY_MS)) await refresh(someOf(pairs, COINS_PER_REFRESH), 60).catch(() => null);
  };
  const asking = Promise.all(Array.from({ length: COIN_ASKERS }, again));
  return {
    async stop() {
      wanted = false;
      await asking;
    },
  };
}

function currencyPairs(): string[] {
  return CURRENCIES.flatMap((base) => CURRENCIES.filter((quote) => quote !== base).map((quote) => `${base}${quote}=X`));
}

function coinPairs(): string[] {
  const coins = UNIVERSE.filter(({ assetClass }) => assetClass === 'crypto').map(({ symbol }) => symbol.split('-')[0]);
  return coins.flatMap((coin) => CURRENCIES.map((currency) => `${coin}-${currency}`));
}

function someOf<T>(all: T[], count: number): T[] {
  const from = Math.floor(Math.random() * all.length);
  return Array.from({ length: count }, (_, i) => all[(from + 3 * i) % all.length] as T);
}

function portions<T>(all: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}
