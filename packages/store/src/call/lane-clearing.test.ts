import { planToCommit, refreshToAccept, withDatabase } from '@freshet/testing';
import { acceptUnlimited } from '../accept/accept.ts';
import { commitPlan } from '../plan/commit-plan.ts';
import { newId } from '../database/ids.ts';
import { clearLane, type Elsewhere } from './lane-clearing.ts';
import { loadRefresh } from '../refreshes/refresh-read.ts';

const { pool } = await withDatabase({ durable: false });
beforeEach(() => pool.query('truncate refreshes, refresh_items, wants, events, assets cascade'));

/** One that waits for AAPL, for ten minutes at most. */
async function waitingRefresh(lane = 'yahoo'): Promise<string> {
  const id = newId('refresh');
  await acceptUnlimited(pool, [refreshToAccept(id)]);
  await commitPlan(pool, planToCommit(id, ['AAPL'], { lane }));
  return id;
}

const SOON = 20_000;
const LATE = 3_600_000;
const down = { provider: 'yahoo', reason: 'unavailable', detail: 'HTTP 503' };
const spent = { provider: 'yahoo', reason: 'quota_spent', detail: 'the day is spent' };
const nobody = { nobody: [] };

test.each<[string, { forMs: number; why: typeof down; isDown: boolean; choice: Elsewhere }, string, string | null]>([
  ['down, and nobody else is up', { forMs: SOON, why: down, isDown: true, choice: nobody }, 'failed', 'unavailable'],
  ['down for a moment', { forMs: SOON, why: down, isDown: false, choice: nobody }, 'in_progress', null],
  ['down, and others will have room', { forMs: SOON, why: down, isDown: true, choice: 'later' }, 'in_progress', null],
  ['spent for a while', { forMs: SOON, why: spent, isDown: false, choice: nobody }, 'in_progress', null],
  ['spent for longer than it may take', { forMs: LATE, why: spent, isDown: false, choice: nobody }, 'success', 'quota'],
])('while its provider is %s', async (_, { forMs, why, isDown, choice }, status, reason) => {
  const id = await waitingRefresh();
  await clearLane(pool, 'yahoo', { until: new Date(Date.now() + forMs), why, isDown }, () => choice);
  expect(await loadRefresh(pool, id)).toMatchObject({ status });
  const { rows } = await pool.query('select reason from refresh_items');
  expect(rows).toEqual([{ reason }]);
  expect((await pool.query('select from wants')).rowCount).toBe(reason === null ? 1 : 0);
});

describe('one whose other providers are down fails, for quota is not all that is missing', () => {
  const why = { ...spent, provider: 'finnhub' };
  const until = () => new Date(Date.now() + LATE);
  const failure = {
    kind: 'unavailable',
    detail: 'HTTP 503; of finnhub no quota is left',
    chain: [{ reason: 'unavailable' }, { reason: 'quota_spent' }],
  };

  test('when they were asked', async () => {
    const id = await waitingRefresh();
    await clearLane(pool, 'yahoo', { until: new Date(), why: down }, () => ({ lane: 'finnhub' }));
    await clearLane(pool, 'finnhub', { until: until(), why }, () => nobody);
    expect(await loadRefresh(pool, id)).toMatchObject({ status: 'failed', skipped: {}, failures: [failure] });
  });

  test('when they were not asked because that is known', async () => {
    const id = await waitingRefresh('finnhub');
    await clearLane(pool, 'finnhub', { until: until(), why }, () => ({ nobody: [down] }));
    expect(await loadRefresh(pool, id)).toMatchObject({ status: 'failed', skipped: {}, failures: [failure] });
  });
});
