import { eventually, planToCommit, quoteToStore, refreshToAccept, withDatabase } from '@freshet/testing';
import { acceptUnlimited } from '../accept/accept.ts';
import { createAcceptBatch } from '../accept/accept-batch.ts';
import { claimWants } from '../call/claim.ts';
import { commitPlan } from '../plan/commit-plan.ts';
import { landCall } from '../call/land.ts';
import { type Client, withTx } from '../database/pool.ts';
import { loadRefresh } from '../refreshes/refresh-read.ts';
import { standBehind } from '../plan/stand-behind.ts';
import { endOverdue, markRung } from '../upkeep/sweep.ts';

/** What two do at the same moment, in the one order of it that goes wrong. */
const { pool } = await withDatabase({ durable: false });
beforeEach(() => pool.query('truncate refreshes, wants, events, latest_quotes, webhook_endpoints cascade'));

const request = (id: string, identity: string) =>
  refreshToAccept(id, { identity, keyId: 'key_a', userId: 'usr_a', role: 'user' });

async function planned(id: string, identity: string): Promise<void> {
  await acceptUnlimited(pool, [request(id, identity)]);
  await commitPlan(pool, planToCommit(id, ['KO'], { freshAfter: new Date(Date.now() - 60_000) }));
}

/** Lands the price that all of them wait for. */
async function land() {
  const [claim] = await claimWants(pool, 'yahoo', 'call-1', { data: 'quote', limit: 9, byAge: false });
  const at = new Date();
  const item = { state: 'updated' as const, reason: null, detail: null, chain: null, source: null };
  const quote = quoteToStore('KO', '10', { fetchedAt: at });
  const end = { symbol: 'KO', data: 'quote', fence: claim?.fence ?? 0, want: { do: 'delete' as const }, quote };
  const ends = [{ ...end, item: { ...item, nextRefreshAt: null } }];
  return landCall(pool, { callId: 'call-1', provider: 'yahoo', calls: 1, receivedAt: at, ends });
}

/**
 * `work`, which comes to wait for what `first` did in a transaction; that commits when `meanwhile` is over. Where the two come to wait for
 * each other and this transaction is the one that is undone, `work` is through when it is made again, and nobody waits any more.
 */
async function behind<T>(
  first: string,
  work: () => Promise<T>,
  meanwhile?: (client: Client) => Promise<void>,
): Promise<T> {
  let working: Promise<T> | undefined;
  await withTx(pool, async (client) => {
    await client.query(first);
    if (!working) {
      working = work();
      working.catch(() => {});
      await eventually(async () => {
        const { rowCount } = await pool.query(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        expect(rowCount).toBe(1);
      });
    }
    await meanwhile?.(client);
  });
  return working as Promise<T>;
}

test('one that came to stand behind a refresh whose last landing waited for another’s lock is rung', async () => {
  for (const [id, identity] of [
    ['ref_0', 'other'],
    ['ref_1', 'same'],
  ] as const)
    await planned(id, identity);
  const landed = await behind(`select from refreshes where id = 'ref_0' for update`, land, async () => {
    await acceptUnlimited(pool, [request('ref_2', 'same')]);
    expect(await standBehind(pool, 'ref_2')).toMatchObject({ id: 'ref_1' });
  });
  expect(landed.ended.map(({ refreshId }) => refreshId).sort()).toEqual(['ref_0', 'ref_1']);
  expect(landed.next).toEqual([{ id: 'ref_2', rank: 20, traceparent: null }]);
});

test('what is rung is marked in no order that crosses that of accepts: what one has in hand is not waited for', async () => {
  const ids = ['ref_1', 'ref_2', 'ref_3'];
  await acceptUnlimited(
    pool,
    ids.map((id) => request(id, `same ${id}`)),
  );
  await withTx(pool, async (client) => {
    await acceptUnlimited(client, [request('ref_9', 'same ref_2')]);
    await markRung(pool, ids);
  });
  const { rows } = await pool.query('select id, rung_at is not null as rung from refreshes order by id');
  expect(rows.map(({ rung }) => rung)).toEqual([true, false, true]);
});

test('accepts that lose a deadlock are made again', async () => {
  await acceptUnlimited(pool, [request('ref_1', 'a'), request('ref_2', 'b')]);
  const accept = createAcceptBatch(pool, { accepted: () => {} });
  const both = () => Promise.all([accept(request('ref_3', 'a')), accept(request('ref_4', 'b'))]);
  const lock = (id: string) => `select from refreshes where id = '${id}' for update`;
  const accepted = await behind(lock('ref_2'), both, async (client) => void (await client.query(lock('ref_1'))));
  expect(accepted).toMatchObject([
    { outcome: 'joined', id: 'ref_1' },
    { outcome: 'joined', id: 'ref_2' },
  ]);
});

describe('an endpoint that is deleted while a refresh ends', () => {
  beforeEach(async () => {
    await pool.query(
      `insert into webhook_endpoints (id, user_id, url, events, secret)
       select id, 'usr_a', 'https://a.example', '{refresh.completed,refresh.failed}', 's' from unnest(array['whk_gone', 'whk_there']) id`,
    );
  });
  const told = async () => (await pool.query('select endpoint_id as id from webhook_deliveries')).rows;

  test('is not told, and costs nobody the answer', async () => {
    await planned('ref_1', 'same');
    const landed = await behind(`delete from webhook_endpoints where id = 'whk_gone'`, land);
    expect(landed.ended).toHaveLength(1);
    expect(await loadRefresh(pool, 'ref_1')).toMatchObject({ status: 'success', prices: 1 });
    expect((await pool.query('select from latest_quotes')).rowCount).toBe(1);
    expect(await told()).toEqual([{ id: 'whk_there' }]);
  });

  test('keeps no deadline from being kept', async () => {
    await planned('ref_1', 'same');
    await pool.query(`update refreshes set deadline_at = now() - interval '1 second'`);
    const landed = await behind(`delete from webhook_endpoints where id = 'whk_gone'`, () => endOverdue(pool));
    expect(landed.ended).toHaveLength(1);
    expect(await told()).toEqual([{ id: 'whk_there' }]);
  });
});
