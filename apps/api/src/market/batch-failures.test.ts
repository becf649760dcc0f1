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
