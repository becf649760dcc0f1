import { done } from '@freshet/queue';
import { createPool } from '@freshet/store';
import { answerRing, type TickContext } from './ticks.ts';

test('a ring that finds no database is answered, told once, and rests in no failed set', async () => {
  const pool = createPool({ url: 'postgres://nobody@127.0.0.1:1/nothing' });
  const lines: string[] = [];
  const log = { warn: (_: object, text: string) => void lines.push(text) } as unknown as TickContext['log'];
  const context = { pool, log, producer: {}, streamed: async () => [], now: async () => new Date() } as never;
  expect(await answerRing(context, 'live')).toEqual(done);
  expect(await answerRing(context, 'hourly')).toEqual(done);
  expect(lines).toEqual(['a ring found no database']);
  await pool.end();
});

test('a ring that fails for another reason fails', async () => {
  const wrong = { query: async () => Promise.reject(new Error('syntax error')) };
  await expect(answerRing({ pool: wrong, log: {} } as never, 'live')).rejects.toThrow('syntax error');
});
