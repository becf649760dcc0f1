import { askFor, NOW } from './conformance/round-trip.ts';
import { inMajor, priceUnit } from './minor-units.ts';
import { providerNamed } from './registry.ts';

test.each([
  ['GBp', 'GBP', '0.01'],
  ['ZAc', 'ZAR', '0.01'],
  ['ILA', 'ILS', '0.01'],
  ['USX', 'USD', '0.01'],
  ['GBP', 'GBP', '1'],
  ['usd', 'USD', '1'],
])('%s is %s times %s', (code, currency, rate) => {
  expect(priceUnit(code)).toMatchObject({ currency, rate });
  expect(inMajor('451.25', priceUnit(code))).toBe(rate === '1' ? '451.25' : '4.5125');
});

/** Corn, which trades at 451.25 US cents a bushel. */
const ANSWERS = {
  yahoo: {
    quote: { quoteResponse: { result: [{ symbol: 'ZC=F', currency: 'USX', regularMarketPrice: 451.25 }] } },
    bars: {
      chart: {
        result: [
          {
            meta: { symbol: 'ZC=F', currency: 'USX', dataGranularity: '1d', exchangeTimezoneName: 'America/New_York' },
            timestamp: [1_772_514_000],
            indicators: { quote: [{ close: [451.25] }] },
          },
        ],
      },
    },
  },
  fmp: {
    quote: [{ symbol: 'ZCUSX', price: 451.25 }],
    bars: [{ symbol: 'ZCUSX', date: '2026-03-03', adjClose: 451.25 }],
  },
};

test.each(['yahoo', 'fmp'] as const)('%s quotes grain in cents, its prices and its days alike', (name) => {
  const { quote, bars } = providerNamed(name)?.serves ?? {};
  if (!quote || !bars) throw new Error(`${name} serves both`);
  const answer = (body: unknown) => ({
    status: 200,
    headers: {},
    url: '',
    receivedAt: NOW,
    body: JSON.stringify(body),
  });
  const priced = quote.read(answer(ANSWERS[name].quote), askFor('quote', ['ZC=F'])).quotes;
  const days = bars.read(answer(ANSWERS[name].bars), askFor('bars', ['ZC=F'])).bars;
  expect(priced).toMatchObject([{ symbol: 'ZC=F', price: '4.5125', currency: 'USD', convertedBy: { from: 'USX' } }]);
  expect(days).toMatchObject([{ symbol: 'ZC=F', close: '4.5125', currency: 'USD' }]);
});

/** An exchange-traded fund that London lists in dollars, and what those who don't name the currency write of it. */
const UNNAMED_UNITS = {
  fmp: {
    quote: [{ symbol: 'CSPX.L', price: 600.12 }],
    bars: [{ symbol: 'CSPX.L', date: '2026-03-03', close: 600.12 }],
  },
  finnhub: {
    quote: { c: 600.12, o: 599, h: 601, l: 598, pc: 599, t: 1_772_553_600 },
    bars: null,
  },
  alphavantage: {
    quote: {
      'Global Quote': { '01. symbol': 'CSPX.LON', '05. price': '600.12', '07. latest trading day': '2026-03-03' },
    },
    bars: {
      'Meta Data': { '2. Symbol': 'CSPX.LON' },
      'Time Series (Daily)': { '2026-03-03': { '4. close': '600.12' } },
    },
  },
};

test.each(Object.entries(UNNAMED_UNITS))(
  '%s names no currency: pence are only assumed, and it says so',
  (name, written) => {
    const { quote, bars } = providerNamed(name)?.serves ?? {};
    if (!quote) throw new Error(`${name} serves quotes`);
    const answer = (body: unknown) => ({
      status: 200,
      headers: {},
      url: '',
      receivedAt: NOW,
      body: JSON.stringify(body),
    });
    const convertedBy = { from: 'GBp', rate: '0.01', assumed: true };
    expect(quote.read(answer(written.quote), askFor('quote', ['CSPX.L'])).quotes).toMatchObject([
      { price: '6.0012', convertedBy },
    ]);
    if (!bars) return;
    expect(bars.read(answer(written.bars), askFor('bars', ['CSPX.L'])).bars).toMatchObject([
      { close: '6.0012', convertedBy },
    ]);
  },
);

test('who names the currency assumes nothing', () => {
  const { quote } = providerNamed('twelvedata')?.serves ?? {};
  const row = { symbol: 'CSPX', mic_code: 'XLON', currency: 'USD', close: '600.12', timestamp: 1_772_553_600 };
  const read = (body: object) =>
    quote?.read(
      { status: 200, headers: {}, url: '', receivedAt: NOW, body: JSON.stringify(body) },
      askFor('quote', ['CSPX.L']),
    );
  expect(read(row)?.quotes).toMatchObject([{ symbol: 'CSPX.L', price: '600.12', currency: 'USD' }]);
  expect(read({ ...row, currency: 'GBp' })?.quotes[0]?.convertedBy).toEqual({ from: 'GBp', rate: '0.01' });
  expect(read({ ...row, currency: undefined })?.quotes[0]?.convertedBy).toMatchObject({ assumed: true });
});
