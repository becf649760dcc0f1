import { createEarningsDates } from './earnings-dates.ts';

const end = (symbol: string, earningsOn?: string) => ({ symbol, earningsOn });

test('a date is written once, and again when it has changed', () => {
  const dates = createEarningsDates();
  expect(dates.onlyNew([end('AAPL', '2026-11-30')])).toEqual([end('AAPL', '2026-11-30')]);
  dates.written([end('AAPL', '2026-11-30')]);
  expect(dates.onlyNew([end('AAPL', '2026-11-30'), end('KO', '2026-11-30')])).toEqual([
    end('AAPL'),
    end('KO', '2026-11-30'),
  ]);
  expect(dates.onlyNew([end('AAPL', '2026-12-01')])).toEqual([end('AAPL', '2026-12-01')]);
});

test('a price without a date forgets none', () => {
  const dates = createEarningsDates();
  dates.written([end('AAPL', '2026-11-30')]);
  dates.written([end('AAPL')]);
  expect(dates.onlyNew([end('AAPL', '2026-11-30')])).toEqual([end('AAPL')]);
});

test('more dates than fit are forgotten and written again', () => {
  const dates = createEarningsDates({ most: 2 });
  dates.written([end('AAPL', '2026-11-30'), end('KO', '2026-11-30')]);
  expect(dates.onlyNew([end('KO', '2026-11-30')])).toEqual([end('KO')]);
  dates.written([end('MSFT', '2026-11-30')]);
  expect(dates.onlyNew([end('KO', '2026-11-30'), end('MSFT', '2026-11-30')])).toEqual([
    end('KO', '2026-11-30'),
    end('MSFT'),
  ]);
});

test('a date that is told again after an hour is written again: others may have written another one', () => {
  const clock = { now: 0 };
  const dates = createEarningsDates({ now: () => clock.now });
  dates.written([end('AAPL', '2026-11-30')]);
  clock.now = 3_599_999;
  expect(dates.onlyNew([end('AAPL', '2026-11-30')])).toEqual([end('AAPL')]);
  clock.now = 3_600_000;
  expect(dates.onlyNew([end('AAPL', '2026-11-30')])).toEqual([end('AAPL', '2026-11-30')]);
});
