import type { Queryable } from '@freshet/store';
import { withDatabase } from '@freshet/testing';
import { createSymbolsTogether } from './symbols-together.ts';

const { pool } = await withDatabase();
let now: Date;
let asked: number;

/** The database, counting what it is asked. */
const counted = {
  query: (...args: unknown[]) => (asked++, (pool.query as (...a: unknown[]) => unknown)(...args)),
} as Queryable;

beforeAll(async () => {
  await pool.query(
    `insert into assets (symbol, name, class, currency, calendar) values ('AAPL', 'a', 'equity', 'USD', 'XNYS'),
       ('MSFT', 'm', 'equity', 'USD', 'XNYS'), ('XOM', 'x', 'equity', 'USD', 'XNYS'), ('EURUSD=X', 'e', 'fx', 'USD', '24/5'),
       ('USDT-USD', 't', 'crypto', 'USD', '24/7'), ('SOL-USD', 's', 'crypto', 'USD', '24/7'), ('BTC-USDT', 'b', 'crypto', 'USDT', '24/7')`,
  );
});
beforeEach(() => {
  now = new Date('2026-03-02T15:00:00Z');
  asked = 0;
});

const names = ({ symbols }: { symbols: { symbol: string }[] }) => symbols.map(({ symbol }) => symbol);

test('what one slice has read the next one doesn’t read again, and each gets its own symbols and the rates', async () => {
  const together = createSymbolsTogether(() => now);
  const [first, second] = await Promise.all([
    together('ref_1 due').of(counted, ['AAPL', 'XOM', 'NOBODY']),
    together('ref_1 due').of(counted, ['XOM', 'NOBODY']),
  ]);
  expect(names(first)).toEqual(['AAPL', 'EURUSD=X', 'USDT-USD', 'XOM']);
  expect(names(second)).toEqual(['EURUSD=X', 'USDT-USD', 'XOM']);
  const once = asked;
  expect(names(await together('ref_1 due').of(counted, ['MSFT', 'AAPL']))).toEqual([
    'AAPL',
    'EURUSD=X',
    'MSFT',
    'USDT-USD',
  ]);
  expect(asked).toBe(2 * once);
});

test('after a second, and once the prices have come, it is read again; results bear the time of the reading', async () => {
  const together = createSymbolsTogether(() => now);
  const begun = now;
  await together('ref_1 ahead').of(counted, ['AAPL']);
  const once = asked;
  now = new Date(begun.getTime() + 900);
  expect(await together('ref_1 ahead').of(counted, ['AAPL'])).toMatchObject({ asOf: begun });
  expect(asked).toBe(once);
  expect(await together('ref_1 due').of(counted, ['AAPL'])).toMatchObject({ asOf: now });
  expect(asked).toBe(2 * once);
  now = new Date(begun.getTime() + 1_100);
  expect(await together('ref_1 ahead').of(counted, ['AAPL'])).toMatchObject({ asOf: now });
  expect(asked).toBe(3 * once);
});

test('what couldn’t be read is not taken for missing', async () => {
  const together = createSymbolsTogether(() => now);
  const broken = { query: () => Promise.reject(new Error('the connection is gone')) } as unknown as Queryable;
  const failed = together('ref_1 due').of(broken, ['AAPL']);
  const other = together('ref_1 due').of(counted, ['AAPL']);
  await expect(failed).rejects.toThrow('gone');
  expect(names(await other)).toEqual(['AAPL', 'EURUSD=X', 'USDT-USD']);
});
