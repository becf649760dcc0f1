import type { Ask, Endpoint, HttpRequest, Provider } from '../provider.ts';
import { readCoingecko } from './read.ts';
import { coingeckoRefusals, simulatedChart, simulatedMarkets } from './simulated.ts';
import { coinPair, isInCoingecko } from './symbols.ts';

const DAY_MS = 86_400_000;

/** The header of a key depends on the host that it was given for: the free one, or that of paid plans. */
function headersOf(ask: Ask): Record<string, string> {
  if (!ask.key) return { accept: 'application/json' };
  const name = ask.baseUrl?.includes('pro-api') ? 'x-cg-pro-api-key' : 'x-cg-demo-api-key';
  return { accept: 'application/json', [name]: ask.key };
}

function get(path: string, query: Record<string, string>, ask: Ask): HttpRequest {
  // A comma as it is: CoinGecko's cache takes the address literally.
  const search = new URLSearchParams(query).toString().replaceAll('%2C', ',');
  return { method: 'GET', path: `${path}?${search}`, headers: headersOf(ask) };
}

const quote: Endpoint<'quote'> = {
  classes: ['crypto'],
  batchMax: 250,
  batchBest: 250,
  cost: () => 1,
  accepts: isInCoingecko,
  request: (ask) => {
    const pairs = ask.symbols.map(coinPair).filter((pair) => pair !== null);
    const ids = [...new Set(pairs.map((pair) => pair.id))].join(',');
    const versus = [...new Set(pairs.map((pair) => pair.versus))];
    // One currency: the endpoint that also tells high and low. Several need the one that takes a list of them.
    if (versus.length <= 1) {
      return get('/coins/markets', { vs_currency: versus[0] ?? 'usd', ids, per_page: '250', precision: 'full' }, ask);
    }
    const with24h = { include_24hr_vol: 'true', include_market_cap: 'true', include_last_updated_at: 'true' };
    return get('/simple/price', { ids, vs_currencies: versus.join(','), ...with24h, precision: 'full' }, ask);
  },
  read: (answer, ask) => readCoingecko(answer, ask.symbols),
  simulated: simulatedMarkets,
};

const bars: Endpoint<'bars'> = {
  classes: ['crypto'],
  batchMax: 1,
  batchBest: 1,
  cost: () => 1,
  accepts: isInCoingecko,
  historyDays: 365,
  request: (ask) => {
    const { id, versus } = coinPair(ask.symbols[0] ?? '') ?? { id: ask.symbols[0] ?? '', versus: 'usd' };
    const from = ask.from ? Date.parse(`${ask.from}T00:00:00Z`) : ask.now.getTime() - 364 * DAY_MS;
    // The close of a session is the point at the midnight after it, and `days` counts back from now.
    const days = Math.min(365, Math.max(1, Math.ceil((ask.now.getTime() - from) / DAY_MS)));
    const query = { vs_currency: versus, days: String(days), interval: 'daily', precision: 'full' };
    return get(`/coins/${encodeURIComponent(id)}/market_chart`, query, ask);
  },
  read: (answer, ask) => {
    const read = readCoingecko(answer, ask.symbols);
    const within = read.bars.filter(
      (bar) => (!ask.from || bar.session >= ask.from) && (!ask.to || bar.session <= ask.to),
    );
    return { ...read, quotes: [], bars: within };
  },
  simulated: simulatedChart,
};

/** CoinGecko: coins by their ids, without a key, with a free (demo) one, or with a paid one at its own host. */
export const coingecko: Provider = {
  name: 'coingecko',
  title: 'CoinGecko',
  envPrefix: 'COINGECKO',
  baseUrl: 'https://api.coingecko.com/api/v3',
  key: 'optional',
  state: 'on',
  notice: 'For a paid key set COINGECKO_BASE_URL=https://pro-api.coingecko.com/api/v3.',
  limits: [
    { limit: 30, perSeconds: 60 },
    { limit: 10_000, perSeconds: 31 * 86_400, resets: { every: 'month', hour: 0, zone: 'UTC' } },
  ],
  concurrency: 4,
  serves: { quote, bars },
  readAny: readCoingecko,
  simulatedRefusals: coingeckoRefusals,
};
