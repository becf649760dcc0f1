import { createPool } from '@freshet/store';
import { testDatabase } from '@freshet/testing';
import { retain } from './retain.ts';

test('what could not be cleaned fails the job with what and why, after the rest was cleaned', async () => {
  const database = await testDatabase();
  const pool = createPool({ url: database.url });
  const lines: unknown[] = [];
  const log = { info: (line: unknown) => lines.push(line), warn: (line: unknown) => lines.push(line) };
  try {
    await retain(pool, 30, log as never);
    expect(lines).toEqual([{ partitions: expect.any(Number), refreshes: 0, events: 0, other: 0 }]);
    await pool.query('alter table events rename to elsewhere');
    await expect(retain(pool, 30, log as never)).rejects.toThrow(
      'not cleaned up: events (relation "events" does not exist)',
    );
    expect(lines.slice(1)).toEqual([
      { partitions: expect.any(Number), refreshes: 0, events: 0, other: 0 },
      { what: 'events', err: expect.any(Error) },
    ]);
  } finally {
    await pool.end();
    await database.drop();
  }
});
