import { planToCommit, refreshToAccept, withDatabase } from '@freshet/testing';
import { acceptUnlimited } from '../accept/accept.ts';
import { commitPlan } from '../plan/commit-plan.ts';
import { moveWants } from './move-wants.ts';
import { withTx } from '../database/pool.ts';
import type { WantEnd } from './want-end.ts';

const { pool } = await withDatabase({ durable: false });

const WANTED_AT = '2026-01-05T15:00:00.000Z';
const no = (provider: string, reason = 'unavailable') => ({ provider, reason, detail: 'no' });
const HELD = { price: '11', source: 'yahoo' };
/** In a call for the third time, after all that can have happened to it. */
const WORN = { lane: 'yahoo', callId: 'call-1', claims: 3, tried: [no('yahoo'), no('fmp')], held: HELD, batchCap: 4 };
const COLUMNS = `lane, call_id as "callId", claims, tried, held, batch_cap as "batchCap"`;

beforeEach(async () => {
  await pool.query('truncate refreshes, wants, events cascade');
  await pool.query(
    `insert into wants (symbol, data, class, rank, turn, owner, fresh_after, from_session, to_session, fence, since, claimed_at, refresh_id,
       lane, call_id, claims, tried, held, batch_cap)
     select 'KO', 'bars', 'equity', 20, 7, 'usr_a', $1, '2026-01-05', '2026-01-07', 1, $1, $1, 'ref_0', w.*
     from jsonb_to_record($2) as w(lane text, "callId" text, claims int, tried jsonb, held jsonb, "batchCap" int)`,
    [WANTED_AT, JSON.stringify(WORN)],
  );
});

async function move(end: Pick<WantEnd, 'want' | 'item'>, receivedAt = new Date()) {
  const waitAgain = await withTx(pool, (client) =>
    moveWants(client, [{ ...end, symbol: 'KO', data: 'bars', fence: 1, call: 1, receivedAt }]),
  );
  const { rows } = await pool.query(`select ${COLUMNS}, fence from wants`);
  return { waitAgain, want: rows[0] };
}

const ended = { reason: null, detail: null, chain: null, source: null, nextRefreshAt: null };

test('a want is gone with its answer, and waits as if it were new when somebody wants a fresher one', async () => {
  const end = { want: { do: 'delete' as const }, item: { ...ended, state: 'updated' as const } };
  const anew = { lane: 'yahoo', callId: null, claims: 0, tried: [], held: null, batchCap: null, fence: 2 };
  expect(await move(end, new Date(Date.parse(WANTED_AT) - 1))).toEqual({
    waitAgain: [{ lane: 'yahoo', rank: 20 }],
    want: anew,
  });
  expect(await move(end, new Date(WANTED_AT))).toEqual({ waitAgain: [], want: undefined });
});

test('a failure ends it however fresh it was wanted', async () => {
  const end = { want: { do: 'delete' as const }, item: { ...ended, state: 'failed' as const } };
  expect((await move(end, new Date(0))).want).toBeUndefined();
});

test('passed on, it starts there as one that was never claimed, with all that were asked in vain and what is held', async () => {
  const want = { do: 'move' as const, lane: 'fmp', because: no('yahoo', 'no_data') };
  const there = { lane: 'fmp', callId: null, claims: 0, batchCap: null };
  // What the next provider said earlier is forgotten: it is asked anew.
  const tried = [no('yahoo'), no('yahoo', 'no_data')];
  expect((await move({ want })).want).toEqual({ ...there, tried, held: HELD, fence: 2 });
  const held = { price: '12', source: 'fmp' };
  expect((await move({ want: { ...want, held } })).want).toMatchObject({ held });
});

test.each([
  ['released, it waits where it was, and the claim doesn’t count', { do: 'release', batchCap: 2 }, null, 2],
  ['kept, it stays with its call, and the claim doesn’t count', { do: 'keep' }, 'call-1', null],
] as const)('%s', async (_, want, callId, batchCap) => {
  expect((await move({ want })).want).toEqual({ ...WORN, callId, claims: 2, batchCap, fence: 2 });
});

test('at rest, it is as good as gone, until somebody wants it: then it waits as if it were new', async () => {
  expect((await move({ want: { do: 'rest' } })).want).toMatchObject({
    callId: 'call-1',
    claims: 0,
    tried: [],
    fence: 2,
  });
  const own = { id: 'ref_1', userId: 'usr_b', rank: 30 };
  await acceptUnlimited(pool, [refreshToAccept(own.id, own)]);
  await pool.query(`update wants set claims = 3, tried = $1, batch_cap = 4, held = null`, [JSON.stringify(WORN.tried)]);
  const before = new Date();
  await commitPlan(pool, planToCommit(own.id, ['KO'], { data: ['bars'], lane: 'finnhub' }));
  const { rows } = await pool.query(
    `select ${COLUMNS}, fence, rank, turn, owner, refresh_id as "refreshId", resting, since >= $1 as waits from wants`,
    [before],
  );
  expect(rows).toEqual([
    {
      ...{ lane: 'finnhub', callId: null, claims: 0, tried: [], held: null, batchCap: null, fence: 3 },
      ...{ rank: 30, turn: 1, owner: 'usr_b', refreshId: 'ref_1', resting: false, waits: true },
    },
  ]);
});

test('joined while it waits, it covers what both want, at the better place, and stays what it is otherwise', async () => {
  await acceptUnlimited(pool, [refreshToAccept('ref_1', { userId: 'usr_b', rank: 10 })]);
  const plan = planToCommit('ref_1', ['KO'], { data: ['bars'], lane: 'finnhub' });
  const wants = plan.wants.map((want) => ({ ...want, from: '2026-01-06', to: '2026-01-09' }));
  await commitPlan(pool, { ...plan, wants });
  const { rows } = await pool.query(
    `select ${COLUMNS}, rank, owner, refresh_id as "refreshId", from_session as "from", to_session as "to", since from wants`,
  );
  const sessions = { from: '2026-01-05', to: '2026-01-09' };
  expect(rows).toEqual([
    { ...WORN, ...sessions, rank: 10, owner: 'usr_b', refreshId: 'ref_0', since: new Date(WANTED_AT) },
  ]);
});
