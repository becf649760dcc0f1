import type { ItemRow } from '@freshet/store';
import { batchFailures } from './batch-failures.ts';

const now = new Date('2026-11-30T12:01:00.000Z');
const failed = (subject: string): [string, ItemRow] => [
  subject,
  {
    ...{ subject, data: 'quote', state: 'failed', reason: 'unavailable', detail: 'HTTP 503', chain: [], source: null },
    ...{ nextRefreshAt: null, settledAt: now },
  },
];

test('what failed of a refresh that goes on says what is served instead, as what failed of one that has ended', () => {
  const items = new Map([failed('AAPL'), failed('MSFT')]);
  const quotes = new Map([['AAPL', { source: 'yahoo', fetchedAt: new Date('2026-11-30T12:00:00.000Z'), delayS: 900 }]]);
  expect(batchFailures(['AAPL', 'MSFT'], { known: null, items, quotes, now }, null)).toMatchObject([
    { symbol: 'AAPL', kind: 'unavailable', served: { source: 'yahoo', age_s: 960 } },
    { symbol: 'MSFT', kind: 'unavailable', served: null },
  ]);
});

test.each(['rate_limited', 'quota_spent'] as const)(
  'what was passed over for want of quota says what the last asked is: %s',
  (reason) => {
    const [symbol, item] = failed('AAPL');
    const skipped = {
      ...item,
      state: 'skipped',
      reason: 'quota',
      chain: [{ provider: 'yahoo', reason, detail: 'parked: too many' }],
    };
    const told = batchFailures(
      ['AAPL'],
      { known: null, items: new Map([[symbol, skipped]]), quotes: new Map(), now },
      null,
    );
    expect(told).toMatchObject([{ symbol, kind: reason, chain: [{ provider: 'yahoo', reason }] }]);
  },
);
