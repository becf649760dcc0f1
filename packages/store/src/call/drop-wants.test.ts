import { withDatabase } from '@freshet/testing';
import { cancelRefresh } from '../life/cancel.ts';
import { dropOrphanWants } from './drop-wants.ts';

const { pool } = await withDatabase({ max: 2 });
beforeEach(() => pool.query('truncate refreshes, refresh_items, wants cascade'));

/** What a refresh in progress, of usr_1, waits for. */
async function waits(id: string, symbols: string[], data = 'quote'): Promise<void> {
  await pool.query(
    `insert into refreshes (id, kind, mode, target, identity, scope, rank, source, role, user_id, deadline_at, status)
     values ($1, 'all', 'smart', '{}', $1, $1, 20, 'manual', 'user', 'usr_1', now() + interval '1 hour', 'in_progress') on conflict do nothing`,
    [id],
  );
  await pool.query(
    `insert into refresh_items (refresh_id, subject, data, state) select $1, unnest($2::text[]), $3, 'waiting'`,
    [id, symbols, data],
  );
}

/** A want, which a call has in hand, or had so many days ago and lets rest. */
async function want(
  symbol: string,
  { call = null as string | null, restsDays = 0, data = 'quote' } = {},
): Promise<void> {
  await pool.query(
    `insert into wants (symbol, data, class, lane, rank, turn, owner, fresh_after, call_id, claimed_at, resting)
     values ($1, $2, 'equity', 'yahoo', 20, 1, 'usr_1', now(), $3, now() - make_interval(days => $4), $4 > 0)`,
    [symbol, data, call, restsDays],
  );
}

const left = async () =>
  (await pool.query<{ want: string }>(`select symbol || ' ' || data as want from wants order by 1`)).rows.map(
    (row) => row.want,
  );

test('wants that nobody waits for go: at once where no call has them, after a week where they rest', async () => {
  await want('ASKED', { call: 'call-1' });
  await want('LEFT');
  await want('RESTED', { call: 'call-2', restsDays: 8 });
  await want('RESTS', { call: 'call-3', restsDays: 6 });
  await want('WAITED');
  await want('WAITED', { data: 'bars' });
  await want('WANTED', { call: 'call-4', restsDays: 8 });
  await waits('ref_0', ['LEFT', 'RESTED']);
  await pool.query(`update refresh_items set state = 'updated'`);
  await waits('ref_1', ['WAITED', 'WANTED']);
  expect(await dropOrphanWants(pool)).toBe(3);
  expect(await left()).toEqual(['ASKED quote', 'RESTS quote', 'WAITED quote', 'WANTED quote']);
});

test('a call that is made for a cancelled refresh is left alone, and what others wait for, in whichever data', async () => {
  for (const symbol of ['ELSE', 'OWN', 'SHARED']) await want(symbol);
  await want('ASKED', { call: 'call-1' });
  await want('OWN', { data: 'bars' });
  await waits('ref_1', ['ASKED', 'OWN', 'SHARED']);
  await waits('ref_2', ['SHARED']);
  await waits('ref_2', ['OWN'], 'bars');
  expect(await cancelRefresh(pool, 'ref_1', { userId: 'usr_1', everyone: false })).toMatchObject({ stopped: true });
  // What nobody waits for and nobody had wanted by this refresh is the sweeper's.
  expect(await left()).toEqual(['ASKED quote', 'ELSE quote', 'OWN bars', 'SHARED quote']);
});
