import { withDatabase } from '@freshet/testing';
import { withTx } from '../database/pool.ts';
import { type QuoteRow, storeQuotes } from './quotes-write.ts';

const { pool } = await withDatabase({ max: 2 });

const DAY_MS = 86_400_000;
const NOW = Date.now();

function quote(symbol: string, price: string, more: Partial<QuoteRow> = {}): QuoteRow {
  return {
    ...{ symbol, price, open: null, high: null, low: null, volume: null, previousClose: null, marketCap: null },
    ...{ currency: 'USD', source: 'yahoo', quoteTime: new Date(NOW), fetchedAt: new Date(NOW), delayS: 0 },
    ...{ quality: 'good' as const, refreshId: null, provenance: {} },
    ...more,
  };
}
const store = (...quotes: QuoteRow[]) => withTx(pool, (client) => storeQuotes(client, quotes));
const latest = async (symbol: string) =>
  (
    await pool.query(
      `select trim_scale(price)::text as price, market_cap::int as cap, price_since as since from latest_quotes where symbol = $1`,
      [symbol],
    )
  ).rows[0];

test('a price of long ago, and one of a clock that is far ahead, is the latest all the same, and in no series', async () => {
  const at = (days: number) => ({ quoteTime: new Date(NOW + days * DAY_MS) });
  const { symbols } = await store(
    quote('AHEAD', '1', at(40)),
    quote('LONG', '2', at(-60)),
    quote('NOW', '3'),
    quote('RECENT', '4', at(-29)),
  );
  expect([...symbols].sort()).toEqual(['AHEAD', 'LONG', 'NOW', 'RECENT']);
  const { rows } = await pool.query('select symbol from financial_time_series order by symbol');
  expect(rows).toEqual([{ symbol: 'NOW' }, { symbol: 'RECENT' }]);
});

test('each symbol gets its own price; what a quote doesn’t tell of the company stays; a price counts from its first time', async () => {
  const at = (s: number) => ({ quoteTime: new Date(NOW + s * 1_000) });
  await store(quote('KO', '60', { marketCap: '200' }), quote('PEP', '150', { marketCap: '300' }));
  await store(quote('KO', '60', at(1)), quote('PEP', '151', { ...at(1), marketCap: '301' }));
  expect(await latest('KO')).toEqual({ price: '60', cap: 200, since: new Date(NOW) });
  expect(await latest('PEP')).toEqual({ price: '151', cap: 301, since: new Date(NOW + 1_000) });
  // An older one changes nothing, and one of the same moment corrects.
  expect((await store(quote('PEP', '149'))).symbols.size).toBe(0);
  expect((await store(quote('PEP', '152', at(1)))).symbols.size).toBe(1);
  expect(await latest('PEP')).toMatchObject({ price: '152' });
});
