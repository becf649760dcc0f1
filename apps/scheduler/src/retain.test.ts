import { createPool } from '@freshet/store';
import { testDatabase } from '@freshet/testing';
import { retain } from './retain.ts';

test('what could not be cleaned fails the job with what and why, after the rest was cleaned', async () => {
  const database = await testDatabase();
  const pool = createPool({ url: database.url });
  const keeping = { seriesDays: 30, auditDays: 0 };
  const lines: unknown[] = [];
  const log = { info: (line: unknown) => lines.push(line), warn: (line: unknown) => lines.push(line) };
  try {
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
  } finally {
    await pool.end();
    await database.drop();
  }
});
