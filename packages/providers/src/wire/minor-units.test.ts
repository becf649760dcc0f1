import { askFor, NOW } from '../conformance/round-trip.ts';
import { inMajor, priceUnit } from './minor-units.ts';
import { providerNamed } from '../registry.ts';

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
const unnamedUnits = (symbol: string, alphaVantageSymbol: string) => ({
  fmp: {
    quote: [{ symbol, price: 600.12 }],
    bars: [{ symbol, date: '2026-03-03', close: 600.12 }],
  },
  finnhub: {
    quote: { c: 600.12, o: 599, h: 601, l: 598, pc: 599, t: 1_772_553_600 },
    bars: null,
  },
  alphavantage: {
    quote: {
      'Global Quote': {
        '01. symbol': alphaVantageSymbol,
        '05. price': '600.12',
        '07. latest trading day': '2026-03-03',
      },
    },
    bars: {
      'Meta Data': { '2. Symbol': alphaVantageSymbol },
      'Time Series (Daily)': { '2026-03-03': { '4. close': '600.12' } },
    },
  },
});

test.each(Object.entries(unnamedUnits('CSPX.L', 'CSPX.LON')))(
  '%s names no currency: pence are only assumed, and it says so',
  (name, written) => {
    const { quotes, bars } = readBoth(name, 'CSPX.L', written);
    const convertedBy = { from: 'GBp', rate: '0.01', assumed: true };
    expect(quotes).toMatchObject([{ price: '6.0012', convertedBy }]);
    if (written.bars) expect(bars).toMatchObject([{ close: '6.0012', convertedBy }]);
  },
);

test.each(Object.entries(unnamedUnits('ABC.XX', 'ABC.XX')))(
  '%s names no currency, and nobody knows the exchange: dollars are a guess, and it says so',
  (name, written) => {
    const { quotes, bars } = readBoth(name, 'ABC.XX', written);
    const convertedBy = { from: 'USD', rate: '1', assumed: true };
    expect(quotes).toMatchObject([{ price: '600.12', currency: 'USD', convertedBy }]);
    if (written.bars) expect(bars).toMatchObject([{ close: '600.12', convertedBy }]);
  },
);

test('an exchange that is known to be in one currency is no guess', () => {
  const { quotes, bars } = readBoth('fmp', 'PKN.WA', unnamedUnits('PKN.WA', '').fmp);
  expect(quotes).toMatchObject([{ price: '600.12', currency: 'PLN' }]);
  expect([...quotes, ...bars].map(({ convertedBy }) => convertedBy)).toEqual([undefined, undefined]);
});

function readBoth(name: string, symbol: string, written: { quote: unknown; bars: unknown }) {
  const { quote, bars } = providerNamed(name)?.serves ?? {};
  if (!quote) throw new Error(`${name} serves quotes`);
  const answer = (body: unknown) => ({
    status: 200,
    headers: {},
    url: '',
    receivedAt: NOW,
    body: JSON.stringify(body),
  });
  return {
    quotes: quote.read(answer(written.quote), askFor('quote', [symbol])).quotes,
    bars: (written.bars ? bars?.read(answer(written.bars), askFor('bars', [symbol])).bars : undefined) ?? [],
  };
}

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
