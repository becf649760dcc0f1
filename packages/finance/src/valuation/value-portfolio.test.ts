import { fxTable } from './fx.ts';
import type { HoldingInput, PortfolioInput, PriceInput } from './portfolio-input.ts';
import { valuePortfolio } from './value-portfolio.ts';

const apple: PriceInput = { price: '200', previousClose: '190', currency: 'USD' };
const vodafone: PriceInput = { price: '0.70', previousClose: '0.72', currency: 'GBP' };

function portfolio(holdings: HoldingInput[], rest: Partial<PortfolioInput> = {}): PortfolioInput {
  return {
    currency: 'USD',
    holdings,
    prices: new Map([
      ['AAPL', apple],
      ['VOD.L', vodafone],
    ]),
    fx: fxTable([{ base: 'GBP', quote: 'USD', rate: '1.25' }]),
    previousFx: fxTable([{ base: 'GBP', quote: 'USD', rate: '1.20' }]),
    ...rest,
  };
}

test('value, cost, profit, day change, weights and drift, per holding and in total', () => {
  const valued = valuePortfolio(
    portfolio([
      { symbol: 'AAPL', quantity: '10', unitCost: '150', target: 0.7 },
      { symbol: 'VOD.L', quantity: '1000', unitCost: '0.80', costFxRate: '1.30', target: 0.3 },
    ]),
  );
  const [own, other] = valued.holdings;
  expect(own).toMatchObject({
    value: { value: '2000' },
    cost: { value: '1500' },
    profit: { value: '500' },
    dayChange: { value: '100' },
    fxRate: '1',
    fxVia: [],
  });
  // 1000 × 0.70 × 1.25; the previous close at its own rate: 1000 × 0.72 × 1.20.
  expect(other).toMatchObject({
    value: { value: '875' },
    cost: { value: '1040' },
    dayChange: { value: '11' },
    fxVia: ['GBPUSD'],
  });
  expect(valued).toMatchObject({ value: '2875', cost: '2540', profit: { value: '335' }, complete: true, leftOut: [] });
  expect(other!.profit).toEqual({ value: '-165', reason: null });
  expect(other!.profitPercent.value).toBeCloseTo((100 * -165) / 1040, 12);
  expect(other!.dayChangePercent.value).toBeCloseTo((100 * 11) / 864, 12);
  expect(valued.profitPercent.value).toBeCloseTo((100 * 335) / 2540, 12);
  expect(valued.dayChange.value).toBe('111');
  expect(valued.dayChangePercent.value).toBeCloseTo((100 * 111) / (1900 + 864), 12);
  expect(own!.weight.value).toBeCloseTo(2000 / 2875, 12);
  expect(own!.drift).toBeCloseTo(2000 / 2875 - 0.7, 12);
  expect(valued.drift!.total).toBeCloseTo(0.7 - 2000 / 2875, 12);
  expect(Math.abs(valued.drift!.largest.drift)).toBeCloseTo(valued.drift!.total, 12);
});

test('decimals stay exact where floats would not', () => {
  const prices = new Map([['AAPL', { ...apple, price: '0.1' }]]);
  const valued = valuePortfolio(portfolio([{ symbol: 'AAPL', quantity: '3' }], { prices }));
  expect(valued.value).toBe('0.3');
});

test('an inverse rate is shown to twelve digits, and worked with in full', () => {
  const held = [{ symbol: 'AAPL', quantity: '3' }];
  const inEuro = valuePortfolio(
    portfolio(held, { currency: 'EUR', fx: fxTable([{ base: 'EUR', quote: 'USD', rate: '1.15' }]) }),
  );
  expect(inEuro.holdings[0]).toMatchObject({ fxRate: '0.869565217391' });
  expect(inEuro.value.slice(0, 24)).toBe('521.73913043478260869565');
});

test('a missing rate is never a silent 1:1: the holding is null with a reason, and the total says what it leaves out', () => {
  const holdings = [
    { symbol: 'AAPL', quantity: '10', unitCost: '150' },
    { symbol: 'VOD.L', quantity: '1000', unitCost: '0.80' },
  ];
  const valued = valuePortfolio(portfolio(holdings, { fx: fxTable([]) }));
  expect(valued.holdings[1]).toMatchObject({
    value: { value: null, reason: 'no_fx_rate' },
    weight: { value: null, reason: 'no_fx_rate' },
    fxRate: null,
  });
  expect(valued.value).toBe('2000');
  expect(valued.complete).toBe(false);
  expect(valued.leftOut).toContainEqual({ symbol: 'VOD.L', figure: 'value', reason: 'no_fx_rate' });
  expect(valued.holdings[0]!.weight.value).toBe(1);
});

test('without yesterday’s rates only the day change of foreign holdings is unknown', () => {
  const valued = valuePortfolio(portfolio([{ symbol: 'VOD.L', quantity: '1' }], { previousFx: null }));
  expect(valued.holdings[0]).toMatchObject({
    value: { value: '0.875' },
    dayChange: { value: null, reason: 'no_fx_rate' },
  });
  expect(valued.dayChange.reason).toBe('no_previous_close');
});

test.each<[string, PriceInput | undefined, string]>([
  ['no quote', undefined, 'no_price'],
  ['no price', { ...apple, price: null }, 'no_price'],
  ['a negative price', { ...apple, price: '-1' }, 'bad_price'],
  ['a price of nothing', { ...apple, price: '0' }, 'bad_price'],
  ['a price that is no number', { ...apple, price: 'NaN' }, 'bad_price'],
  ['no currency', { ...apple, currency: null }, 'unknown_currency'],
  ['an unknown currency', { ...apple, currency: 'XXX' }, 'no_fx_rate'],
])('%s gives a reason, not a number', (_, price, reason) => {
  const prices = new Map(price ? [['AAPL', price]] : []);
  const valued = valuePortfolio(portfolio([{ symbol: 'AAPL', quantity: '1' }], { prices }));
  expect(valued.holdings[0]!.value).toEqual({ value: null, reason });
  expect(valued).toMatchObject({ value: '0', complete: false });
  expect(JSON.stringify(valued)).not.toMatch(/NaN|Infinity/);
});

test('a portfolio of nothing is worth nothing, and says why it has no percentages', () => {
  const valued = valuePortfolio(portfolio([]));
  expect(valued).toMatchObject({
    value: '0',
    cost: '0',
    complete: true,
    drift: null,
    profit: { value: null, reason: 'nothing_held' },
    dayChangePercent: { value: null, reason: 'nothing_held' },
  });
});

test('what nobody paid for has no profit, but has a value', () => {
  const [holding] = valuePortfolio(portfolio([{ symbol: 'AAPL', quantity: '2' }])).holdings;
  expect(holding).toMatchObject({ value: { value: '400' }, profit: { value: null, reason: 'no_cost' } });
  const gift = valuePortfolio(portfolio([{ symbol: 'AAPL', quantity: '2', unitCost: '0' }])).holdings[0]!;
  expect([gift.profit.value, gift.profitPercent.reason]).toEqual(['400', 'zero_cost']);
});

test('profit is of what both the value and the cost are known of', () => {
  const holdings = [
    { symbol: 'AAPL', quantity: '10', unitCost: '150' },
    { symbol: 'GONE', quantity: '1', cost: '700', costCurrency: 'USD' },
    { symbol: 'VOD.L', quantity: '100' },
  ];
  const { cost, profit, profitPercent, leftOut } = valuePortfolio(portfolio(holdings));
  expect([cost, profit.value]).toEqual(['2200', '500']);
  expect(profitPercent.value).toBeCloseTo((100 * 500) / 1500, 12);
  expect(leftOut).toEqual([
    { symbol: 'GONE', figure: 'value', reason: 'no_price' },
    { symbol: 'GONE', figure: 'day_change', reason: 'no_price' },
    { symbol: 'VOD.L', figure: 'cost', reason: 'no_cost' },
  ]);
});

test('the cost of the whole position comes before that of a unit, each at the rate of its day', () => {
  const costOf = (of: Partial<HoldingInput>) =>
    valuePortfolio(portfolio([{ symbol: 'VOD.L', quantity: '10', ...of }])).holdings[0]!.cost;
  expect(costOf({ cost: '7', unitCost: '9', costFxRate: '1.3' }).value).toBe('9.1');
  expect(costOf({ cost: '7', costCurrency: 'USD', costFxRate: '1.3' }).value).toBe('7');
  expect(costOf({ cost: '7' }).reason).toBe('no_fx_rate');
  expect(costOf({ cost: '7', costFxRate: '0' }).reason).toBe('no_fx_rate');
  expect(costOf({ symbol: 'GONE', cost: '7' }).reason).toBe('unknown_currency');
  expect(costOf({ quantity: 'all of it', cost: '7', costFxRate: '1' }).reason).toBe('out_of_range');
});

test.each([[null], ['0'], ['-1']])(
  'with a previous close of %p there is no day change, and a value',
  (previousClose) => {
    const prices = new Map([['AAPL', { ...apple, previousClose }]]);
    const valued = valuePortfolio(portfolio([{ symbol: 'AAPL', quantity: '1' }], { prices }));
    const none = { value: null, reason: 'no_previous_close' };
    expect(valued.holdings[0]).toMatchObject({ value: { value: '200' }, dayChange: none, dayChangePercent: none });
    expect(valued).toMatchObject({ dayChange: none, complete: true });
  },
);

test('nothing of a symbol is worth nothing, whatever its price', () => {
  const valued = valuePortfolio(portfolio([{ symbol: 'GONE', quantity: '0' }]));
  expect(valued.holdings[0]).toMatchObject({ value: { value: '0' }, dayChange: { value: '0' } });
  expect(valued.complete).toBe(true);
});

test('what is owed counts against what is held, and its gains are losses', () => {
  const [owed] = valuePortfolio(portfolio([{ symbol: 'AAPL', quantity: '-10', unitCost: '150' }])).holdings;
  expect(owed).toMatchObject({ value: { value: '-2000' }, profit: { value: '-500' }, dayChange: { value: '-100' } });
  expect(owed!.profitPercent.value).toBeCloseTo(-100 / 3, 12);
  expect(owed!.dayChangePercent.value).toBeCloseTo((-100 * 100) / 1900, 12);
  expect(owed!.weight).toEqual({ value: null, reason: 'no_value' });
});

test('cash counts in its own currency', () => {
  const cash = [
    { currency: 'GBP', amount: '100' },
    { currency: 'JPY', amount: '5' },
  ];
  const valued = valuePortfolio(portfolio([{ symbol: 'AAPL', quantity: '1' }], { cash }));
  expect(valued.value).toBe('325');
  expect(valued.cash[0]!.weight.value).toBeCloseTo(125 / 325, 12);
  expect(valued.leftOut).toContainEqual({ symbol: 'JPY', figure: 'value', reason: 'no_fx_rate' });
});

test('the day is measured against all that was there before, cash included', () => {
  const still = portfolio([{ symbol: 'AAPL', quantity: '1' }], { cash: [{ currency: 'USD', amount: '200' }] });
  const { value, dayChange, dayChangePercent } = valuePortfolio(still);
  const before = Number(value) - Number(dayChange.value);
  expect(dayChangePercent.value).toBeCloseTo((100 * Number(dayChange.value)) / before, 12);
  expect(valuePortfolio({ ...still, holdings: [] })).toMatchObject({ dayChange: { value: '0' } });
});

test('cash in another currency changes with its rate', () => {
  const rate = (of: string) => fxTable([{ base: 'GBP', quote: 'USD', rate: of }]);
  const abroad = portfolio([], {
    cash: [{ currency: 'GBP', amount: '100' }],
    fx: rate('1.25'),
    previousFx: rate('1.2'),
  });
  expect(valuePortfolio(abroad)).toMatchObject({
    dayChange: { value: '5' },
    dayChangePercent: { value: expect.closeTo(100 / 24, 12) },
  });
  expect(valuePortfolio({ ...abroad, previousFx: null }).dayChange.value).toBeNull();
  expect(valuePortfolio({ ...abroad, fx: fxTable([]) }).dayChange.value).toBeNull();
});

test('what is wanted but not held drifts by its whole target', () => {
  const targets = new Map([
    ['AAPL', 0.5],
    ['MSFT', 0.5],
  ]);
  const { drift, holdings } = valuePortfolio(portfolio([{ symbol: 'AAPL', quantity: '1' }], { targets }));
  expect(holdings[0]).toMatchObject({ target: 0.5, drift: 0.5 });
  expect(drift).toMatchObject({ total: 0.5 });
  expect(drift!.bySymbol.get('MSFT')).toBe(-0.5);
});

test('what has no price just now is not called far from its target', () => {
  const holdings = [
    { symbol: 'AAPL', quantity: '1', target: 0.9 },
    { symbol: 'GONE', quantity: '5', target: 0.1 },
  ];
  const { drift, holdings: valued } = valuePortfolio(portfolio(holdings));
  expect(valued[1]).toMatchObject({ target: 0.1, drift: null });
  expect(drift!.bySymbol.has('GONE')).toBe(false);
  expect(drift!.largest.symbol).toBe('AAPL');
  expect(valuePortfolio(portfolio([{ symbol: 'AAPL', quantity: '1' }, holdings[1]!])).drift).toBeNull();
});

describe('rates', () => {
  const table = fxTable([
    { base: 'EUR', quote: 'USD', rate: '1.10' },
    { base: 'USD', quote: 'JPY', rate: '150' },
    { base: 'GBP', quote: 'EUR', rate: '1.2' },
    { base: 'USD', quote: 'BAD', rate: '0' },
    { base: 'EUR', quote: 'SEK', rate: '11' },
    { base: 'GBP', quote: 'KES', rate: '170' },
    { base: 'GBP', quote: 'EGP', rate: '60' },
  ]);
  test.each([
    ['USD', 'USD', 1, []],
    ['EUR', 'USD', 1.1, ['EURUSD']],
    ['JPY', 'USD', 1 / 150, ['USDJPY']],
    ['EUR', 'JPY', 165, ['EURUSD', 'USDJPY']],
    ['GBP', 'USD', 1.32, ['GBPEUR', 'EURUSD']],
    ['SEK', 'GBP', 1 / 13.2, ['EURSEK', 'GBPEUR']],
    ['KES', 'EGP', 60 / 170, ['GBPKES', 'GBPEGP']],
  ])('%s into %s is %d', (from, to, rate, via) => {
    const found = table(from, to)!;
    expect(found.rate.toNumber()).toBeCloseTo(rate, 12);
    expect(found.via).toEqual(via);
  });
  test.each([
    ['GBP', 'JPY'],
    ['USD', 'BAD'],
    ['GBp', 'USD'],
  ])('there is no way from %s to %s', (from, to) => expect(table(from, to)).toBeNull());
});

test('cash says nothing of the day when no holding does', () => {
  const { dayChange, profit } = valuePortfolio({
    currency: 'USD',
    holdings: [{ symbol: 'A', quantity: '1' }],
    prices: new Map([['A', { price: '5', previousClose: null, currency: 'USD' }]]),
    fx: () => null,
    cash: [{ currency: 'USD', amount: '100' }],
  });
  expect([dayChange, profit]).toEqual([
    { value: null, reason: 'no_previous_close' },
    { value: null, reason: 'no_cost' },
  ]);
});
