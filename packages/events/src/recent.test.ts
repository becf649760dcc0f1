import { createRecent, type Entry } from './recent.ts';

const entry = (number: number, over: Partial<Entry> = {}): Entry => ({
  ...{ number, type: 'price_update', userId: null, symbol: 'AAPL', refreshId: null, data: '{}' },
  ...over,
});

test('what is forgotten is said to be: who saw the last of it is served from memory, and nobody from before', () => {
  const recent = createRecent(0);
  for (let number = 1; number <= 10_000; number += 1) recent.push(entry(number));
  const { start, end, beginsAfter } = recent;
  expect(end).toBe(10_000);
  expect(recent.at(start).number).toBe(beginsAfter + 1);
  expect(recent.positionAfter(beginsAfter)).toBe(start);
  expect(recent.positionAfter(beginsAfter - 1)).toBeNull();
  for (const after of [beginsAfter, 7_777, 9_999]) {
    expect(recent.at(recent.positionAfter(after) ?? 0).number).toBe(after + 1);
  }
  expect(recent.positionAfter(10_000)).toBe(end);
});

test('the newest price of a symbol stays it, whatever else is told of the symbol', () => {
  const recent = createRecent(0);
  recent.push(entry(1));
  recent.push(entry(2, { type: 'anomaly' }));
  expect(recent.latest.get('AAPL')?.number).toBe(1);
});
