import { refreshToAccept, withDatabase } from '@freshet/testing';
import { acceptLimited } from './accept.ts';
import type { CreationLimits } from './creation-limits.ts';
import { newId } from '../database/ids.ts';

const { pool } = await withDatabase({ max: 2 });
beforeEach(() => pool.query('truncate refreshes cascade'));

/** So many that ended, each of a scope of its own unless one is named. */
async function created(
  n: number,
  of: { user?: string; counted?: boolean; agoS?: number; scope?: string } = {},
): Promise<void> {
  const { user = 'usr_1', counted = true, agoS = 1, scope = null } = of;
  await pool.query(
    `insert into refreshes (id, kind, mode, target, identity, scope, rank, source, role, user_id, counted, status, accepted_at, deadline_at)
     select id, 'symbols', 'smart', '{}', id, coalesce($2, id), 20, 'manual', 'user', $3, $4, 'success', now() - make_interval(secs => $5), now()
     from (select gen_random_uuid()::text as id from generate_series(1, $1::int)) t`,
    [n, scope, user, counted, agoS],
  );
}

async function ask(limits: Partial<CreationLimits>, scope = 'this'): Promise<string> {
  const id = newId('refresh');
  const accepted = await acceptLimited(
    pool,
    refreshToAccept(id, { scope, keyId: 'key_1', userId: 'usr_1', role: 'user' }),
    { perWindow: null, burst: null, cooldownS: null, ...limits },
  );
  return accepted.outcome === 'limited' ? accepted.violated.name : accepted.outcome;
}

test('what counts is what one created oneself, where it counts at all, within the window', async () => {
  const perWindow = { limit: 3, seconds: 100 };
  await created(2);
  await created(5, { user: 'usr_2' });
  await created(5, { counted: false });
  await created(5, { agoS: 101 });
  expect(await ask({ perWindow })).toBe('accepted');
  expect(await ask({ perWindow })).toBe('hour');
});

test('each limit has its own window: the cooldown of a scope outlasts what was created since', async () => {
  await created(1, { agoS: 90, scope: 'this' });
  await created(4, { agoS: 50 });
  const limits = { perWindow: { limit: 5, seconds: 60 }, burst: { limit: 1, seconds: 10 }, cooldownS: 100 };
  expect(await ask(limits)).toBe('cooldown');
  expect(await ask(limits, 'another')).toBe('accepted');
  await pool.query(`update refreshes set accepted_at = accepted_at - interval '11 seconds'`);
  expect(await ask(limits, 'a third')).toBe('accepted');
  expect(await ask(limits, 'a fourth')).toBe('burst');
});

test('a limit of tens of thousands is kept as well', async () => {
  const perWindow = { limit: 10_001, seconds: 100 };
  await created(10_000);
  expect(await ask({ perWindow })).toBe('accepted');
  expect(await ask({ perWindow })).toBe('hour');
});
