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
