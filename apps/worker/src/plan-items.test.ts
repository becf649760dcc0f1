import type { Plan } from '@freshet/refresh';
import { itemsOf } from './plan-items.ts';

const freshAfter = new Date('2026-11-20T15:00:00Z');
const plan = {
  wants: [
    { symbol: 'AAPL', data: 'quote', freshAfter },
    { symbol: 'KO', data: 'bars', freshAfter },
  ],
  settled: [
    { symbol: 'MSFT', data: 'quote', state: 'skipped', reason: 'fresh', detail: 'young enough', nextRefreshAt: null },
  ],
  portfolios: ['pf_1', 'pf_2'],
  strategies: ['stg_1'],
} as unknown as Plan;

const all = ['AAPL quote', 'KO bars', 'MSFT quote', 'pf_1 portfolio', 'pf_2 portfolio', 'stg_1 strategy'];
const named = (rows: { subject: string; data: string }[]) => rows.map(({ subject, data }) => `${subject} ${data}`);

test('a plan’s items are what it wants, what it settles at once, and what is calculated after that', () => {
  const items = itemsOf(plan);
  expect([items.length, named(items.slice())]).toEqual([6, all]);
  expect(items.slice()).toMatchObject([
    { state: 'waiting', freshAfter },
    { state: 'waiting', freshAfter },
    { state: 'skipped', reason: 'fresh', detail: 'young enough', freshAfter: null },
    { state: 'waiting', freshAfter: null },
    { state: 'waiting', freshAfter: null },
    { state: 'waiting', freshAfter: null },
  ]);
});

test('cut anywhere, no item is left out and none comes twice', () => {
  const items = itemsOf(plan);
  for (let size = 1; size <= 7; size++) {
    const cut: string[] = [];
    for (let from = 0; from < items.length; from += size) cut.push(...named(items.slice(from, from + size)));
    expect(cut).toEqual(all);
  }
});
