import { withDatabase } from '@freshet/testing';
import { retain } from './retain.ts';

const { pool } = await withDatabase();

test('what could not be cleaned fails the job with what and why, after the rest was cleaned', async () => {
  const keeping = { seriesDays: 30, auditDays: 0 };
  const lines: unknown[] = [];
  const log = { info: (line: unknown) => lines.push(line), warn: (line: unknown) => lines.push(line) };
  await retain(pool, keeping, log as never);
  expect(lines).toEqual([{ removed: expect.objectContaining({ refreshes: 0, events: 0, sessions: 0 }) }]);
  await pool.query('alter table events rename to elsewhere');
  await expect(retain(pool, keeping, log as never)).rejects.toThrow(
    'not cleaned up: events (relation "events" does not exist)',
  );
  expect(lines.slice(1)).toEqual([
    { removed: expect.not.objectContaining({ events: 0 }) },
    { what: 'events', err: expect.any(Error) },
  ]);
});
