import type { Bar } from '@freshet/market';
import { askFor, marketWith, simulate } from '../conformance/round-trip.ts';
import { asTraded } from './as-traded.ts';
import { yahoo } from './index.ts';

function bar(session: string, close: string, more: Partial<Bar> = {}): Bar {
  const same = { open: close, high: close, low: close, close };
  return {
    symbol: 'AAPL',
    session,
    ...same,
    volume: '1200',
    splitRatio: null,
    dividend: null,
    currency: 'USD',
    ...more,
  };
}

test('prices before a split are given as they were traded, with the volume of then', () => {
  const written = [
    bar('2020-08-27', '125.01', { dividend: '0.205' }),
    bar('2020-08-28', '124.8075'),
    bar('2020-08-31', '129.04', { splitRatio: '4' }),
  ];
  expect(asTraded(written).map((one) => [one.session, one.close, one.volume, one.dividend])).toEqual([
    ['2020-08-27', '500.04', '300', '0.82'],
    ['2020-08-28', '499.23', '300', null],
    ['2020-08-31', '129.04', '1200', null],
  ]);
});

test('splits add up, also three for two and one for ten', () => {
  const written = [
    bar('2020-01-02', '10'),
    bar('2020-01-03', '20', { splitRatio: '1.5' }),
    bar('2020-01-06', '30', { splitRatio: '0.1' }),
  ];
  expect(asTraded(written).map((one) => one.close)).toEqual(['1.5', '2', '30']);
});

test('what the market traded before its splits comes back through the wire, though a call asks for the days before alone', () => {
  const traded = [
    bar('2026-02-25', '302.33', { dividend: '0.75' }),
    bar('2026-02-26', '300'),
    bar('2026-02-27', '100.5', { splitRatio: '3' }),
    bar('2026-03-02', '51.25', { splitRatio: '2' }),
  ];
  const view = marketWith({
    bars: (_symbol, from, to) => traded.filter((one) => one.session >= from && one.session <= to),
  });
  const { bars } = yahoo.serves;
  if (!bars) throw new Error('yahoo serves bars');
  const ask = { ...askFor('bars', ['AAPL']), from: '2026-02-25', to: '2026-02-26' };
  const read = bars.read(simulate(yahoo, bars, ask, view), ask);
  expect(read.bars.map(({ session, close, volume, dividend }) => ({ session, close, volume, dividend }))).toEqual([
    { session: '2026-02-25', close: '302.33', volume: '1200', dividend: '0.75' },
    { session: '2026-02-26', close: '300', volume: '1200', dividend: null },
  ]);
});

test('a split of today is taken out too, though there is no bar of today yet', () => {
  const at = (session: string) => Date.parse(`${session}T14:30:00Z`) / 1000;
  const [first, last, today] = ['2026-11-18', '2026-11-19', '2026-11-20'].map(at) as [number, number, number];
  const chart = {
    meta: { symbol: 'AAPL', currency: 'USD', exchangeTimezoneName: 'America/New_York', dataGranularity: '1d' },
    timestamp: [first, last, today],
    events: { splits: { [today]: { date: today, numerator: 4, denominator: 1, splitRatio: '4:1' } } },
    indicators: { quote: [{ open: [], high: [], low: [], close: [100, 101, null], volume: [400, 800, null] }] },
  };
  const ask = { ...askFor('bars', ['AAPL']), from: '2026-11-18', to: '2026-11-20' };
  const read = yahoo.serves.bars?.read(
    {
      ...{ status: 200, headers: {}, receivedAt: new Date('2026-11-20T15:00:00Z') },
      url: 'https://query2.finance.yahoo.com/v8/finance/chart/AAPL?interval=1d',
      body: JSON.stringify({ chart: { result: [chart], error: null } }),
    },
    ask,
  );
  expect(read?.bars.map(({ close, volume, splitRatio }) => [close, volume, splitRatio])).toEqual([
    ['400', '100', null],
    ['404', '200', null],
  ]);
});
