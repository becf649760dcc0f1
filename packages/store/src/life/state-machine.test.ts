import { isFinal } from '@freshet/contracts';
import { withDatabase } from '@freshet/testing';
import fc from 'fast-check';
import { dropOrphanWants } from '../call/drop-wants.ts';
import { turn } from './state-machine-steps.fixture.ts';
import { fenced, holds, look, lookAtWants, type Row, wakes } from './state-machine-truths.fixture.ts';
import { settleDown, type Story, take } from './state-machine-story.fixture.ts';

/**
 * The record under whatever order api, workers, sweeper, cancels and deadlines come in: one story is a list of steps, each
 * a transaction of somebody, and after each of them the record must still be true to itself.
 */

const { pool } = await withDatabase({ durable: false });

test('whatever comes in whatever order: each refresh ends, once, never goes back, and its counts add up', async () => {
  // fast-check's own time limit would end the test in the middle of a story, which would go on behind it.
  const until = Date.now() + 20_000;
  await fc.assert(
    fc.asyncProperty(fc.array(turn, { minLength: 1, maxLength: 90, size: 'max' }), async (turns) => {
      if (Date.now() > until) return;
      // Deleting a few rows takes a tenth of the time of truncating tables and their partitions.
      for (const table of ['refreshes', 'wants', 'events', 'latest_quotes', 'webhook_endpoints'])
        await pool.query(`delete from ${table}`);
      const story: Story = { pool, refreshes: [], answers: [], asleep: new Set(), rung: new Set() };
      let before = new Map<string, Row>();
      let wants: Awaited<ReturnType<typeof lookAtWants>> = new Map();
      for (const steps of turns) {
        await Promise.all(steps.map((each) => take(each, story)));
        const now = await look(pool);
        holds(now, before);
        wakes(now, story);
        const wantsNow = await lookAtWants(pool);
        // In two steps at once a want may have gone and come back as a new one.
        if (steps.length === 1) fenced(wantsNow, wants);
        [before, wants] = [now, wantsNow];
      }
      await settleDown(story);
      const end = await look(pool);
      holds(end, before);
      expect([...end.values()].filter(({ status }) => !isFinal(status))).toEqual([]);
      await pool.query(`update wants set since = since - interval '1 minute'`);
      await dropOrphanWants(pool);
      // What is left rests until somebody retries it by hand.
      expect((await pool.query('select symbol from wants where not resting')).rows).toEqual([]);
    }),
    { numRuns: 20 },
  );
}, 60_000);
