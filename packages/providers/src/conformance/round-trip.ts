import type { Bar, MarketSymbol, Quote } from '@freshet/market';
import type { DataKind } from '@freshet/contracts';
import type { Ask, Endpoint, HttpAnswer, MarketView, Provider, SimulatedRequest } from '../provider.ts';

/** A moment within a session of New York: Wednesday, 11:00 there. */
export const NOW = new Date('2026-03-04T16:00:00Z');

/** A small market with one of everything, and prices whose decimals a double would spoil if it were let. */
const PRICES: Record<MarketSymbol, { price: string; currency: string; quoteTime?: string; marketCap?: string }> = {
  AAPL: { price: '187.12', currency: 'USD', marketCap: '2890000000000' },
  'BRK-B': { price: '411.07', currency: 'USD', marketCap: '880000000000' },
  MSFT: { price: '402.005', currency: 'USD', marketCap: '3000000000000' },
  SPY: { price: '501.98', currency: 'USD' },
  '^GSPC': { price: '5026.61', currency: 'USD' },
  'BTC-USD': { price: '61234.5', currency: 'USD', marketCap: '1200000000000' },
  'ETH-USD': { price: '3321.07', currency: 'USD', marketCap: '400000000000' },
  'DOGE-USD': { price: '0.12345', currency: 'USD', marketCap: '18000000000' },
  'EURUSD=X': { price: '1.0845', currency: 'USD' },
  'JPY=X': { price: '149.87', currency: 'JPY' },
  'GC=F': { price: '2134.7', currency: 'USD' },
  'VOD.L': { price: '0.7123', currency: 'GBP', marketCap: '19000000000' },
};

export const SYMBOLS = Object.keys(PRICES);

/** A symbol of good form that the market doesn't know. */
export const UNKNOWN = 'NOSUCH';

const times = (price: string, factor: number) => String(Number((Number(price) * factor).toFixed(6)));

/** The sessions of the small market: weekdays, or every day for coins. */
export const SESSIONS = ['2026-02-25', '2026-02-26', '2026-02-27', '2026-03-02', '2026-03-03'];

export const market: MarketView = {
  now: NOW,
  symbols: () => SYMBOLS,
  quote: (symbol) => {
    const known = PRICES[symbol];
    if (!known) return undefined;
    const { price, currency } = known;
    return {
      symbol,
      price,
      open: times(price, 0.99),
      high: times(price, 1.01),
      low: times(price, 0.98),
      previousClose: times(price, 0.995),
      volume: '1234567',
      marketCap: known.marketCap ?? null,
      currency,
      quoteTime: new Date('2026-03-04T15:59:00Z'),
      delayS: 0,
    };
  },
  bars: (symbol, from, to) => {
    const known = PRICES[symbol];
    if (!known) return [];
    return SESSIONS.filter((session) => session >= from && session <= to).map((session, index): Bar => {
      const close = times(known.price, 0.9 + index / 100);
      return {
        symbol,
        session,
        open: times(close, 0.99),
        high: times(close, 1.01),
        low: times(close, 0.98),
        close,
        volume: '7654321',
        adjustedClose: null,
        splitRatio: null,
        dividend: null,
        currency: known.currency,
      };
    });
  },
  earnings: (symbol) => (symbol === 'AAPL' ? { symbol, date: '2026-04-30', when: 'after_close' } : undefined),
};

/** The same market with one symbol's quote changed. */
export function marketWith(changes: Partial<MarketView>): MarketView {
  return { ...market, ...changes };
}

/** The symbols of the small market that an endpoint can be asked for, as many as one call takes. */
export function askable(
  endpoint: Pick<Endpoint<DataKind>, 'accepts' | 'batchMax'>,
  only: MarketSymbol[],
): MarketSymbol[] {
  return only.filter((symbol) => endpoint.accepts?.(symbol) ?? true).slice(0, endpoint.batchMax);
}

/** What the simulator's end answers to a request of the adapter. */
export function simulate<K extends DataKind>(
  provider: Provider,
  endpoint: Endpoint<K>,
  ask: Ask<K>,
  view: MarketView = market,
): HttpAnswer {
  const { method, path, headers = {}, body = '' } = endpoint.request(ask);
  const [pathname = '', search = ''] = path.split(/\?(.*)/s);
  const request: SimulatedRequest = { method, path: pathname, query: new URLSearchParams(search), headers, body };
  const asked = endpoint.simulated.match(request);
  if (!asked) throw new Error(`the simulator's end of ${provider.name} doesn't know ${method} ${path}`);
  const answer = endpoint.simulated.write(asked, view, request);
  return {
    status: answer.status,
    headers: answer.headers ?? {},
    body: answer.body,
    url: provider.baseUrl + path,
    receivedAt: view.now,
  };
}

export function askFor<K extends DataKind>(data: K, symbols: MarketSymbol[], now = NOW): Ask<K> {
  const span = data === 'bars' ? { from: SESSIONS[0], to: SESSIONS.at(-1) } : {};
  return { data, symbols, ...span, key: 'test-key', session: { cookie: 'A3=x', crumb: 'abcdefghijk' }, now };
}

/** What the market told that a quote was made of: its quote, or for a provider of ends of days alone, the last bar. */
export function toldFor(read: Quote): Quote | undefined {
  const now = market.quote(read.symbol);
  const last = market.bars(read.symbol, SESSIONS[0] ?? '', SESSIONS.at(-1) ?? '').at(-1);
  if (!now || !last || Number(read.price) !== Number(last.close)) return now;
  const { open, high, low, close, volume } = last;
  return { ...now, price: close, open, high, low, volume, previousClose: null, marketCap: null };
}

/** A reading's quote beside the market's, field by field; a field that the wire lacks is null and says nothing. */
export function sameQuote(read: Quote, told: Quote): void {
  expect(Number(read.price)).toBeCloseTo(Number(told.price), 8);
  for (const field of ['open', 'high', 'low', 'previousClose'] as const) {
    const known = read[field] !== null && told[field] !== null;
    if (known) expect([field, Number(read[field])]).toEqual([field, Number(told[field])]);
  }
  for (const field of ['volume', 'marketCap'] as const) {
    const [ours, theirs] = [Number(read[field] ?? 0), Number(told[field] ?? 0)];
    if (ours !== 0 && theirs !== 0) expect([field, Math.abs(ours / theirs - 1) < 1e-6]).toEqual([field, true]);
  }
}

export function sameBar(read: Bar, told: Bar): void {
  expect(read.session).toBe(told.session);
  // Binance's dollars are tethers; a body that names no currency leaves it open.
  expect([told.currency, 'USDT', null]).toContain(read.currency ?? null);
  for (const field of ['open', 'high', 'low', 'close'] as const) {
    const ours = read[field];
    if (ours !== null) expect([read.session, field, Number(ours)]).toEqual([read.session, field, Number(told[field])]);
  }
}
