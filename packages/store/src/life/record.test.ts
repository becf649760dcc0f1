import { eventually, planToCommit, quoteToStore, refreshToAccept, testDatabase, withDatabase } from '@freshet/testing';
import { acceptUnlimited, type RefreshToAccept } from '../accept/accept.ts';
import { ensureAssets } from '../prices/assets-write.ts';
import { cancelRefresh } from './cancel.ts';
import { claimWants, peekLane } from '../call/claim.ts';
import { commitPlan } from '../plan/commit-plan.ts';
import { newId } from '../database/ids.ts';
import { landCall } from '../call/land.ts';
import type { WantEnd } from '../call/want-end.ts';
import { createPool } from '../database/pool.ts';
import { loadRefresh } from '../refreshes/refresh-read.ts';
import { endOverdue, freeClaims, longClaims, refreshesToRing } from '../upkeep/sweep.ts';

const { pool } = await withDatabase();

beforeAll(async () => {
  const asset = { class: 'equity', currency: 'USD', calendar: 'XNYS', sector: null, indexes: [], volatility: null };
  await ensureAssets(
    pool,
    ['AAPL', 'MSFT', 'NVDA', 'KO'].map((symbol) => ({ ...asset, symbol, name: symbol })),
  );
});
beforeEach(() =>
  pool.query('truncate refreshes, refresh_callers, refresh_items, wants, events, latest_quotes cascade'),
);

const request = (of: Partial<RefreshToAccept> = {}) =>
  refreshToAccept(newId('refresh'), { keyId: 'key_a', userId: 'usr_a', role: 'user', ...of });

async function accept(of: Partial<RefreshToAccept> = {}, by = pool): Promise<string> {
  const [accepted] = await acceptUnlimited(by, [request(of)]);
  if (!accepted || accepted.outcome === 'limited') throw new Error('not accepted');
  return accepted.id;
}

function landed(claim: { symbol: string; fence: number }, price = '10.5', at = new Date()): WantEnd {
  return {
    symbol: claim.symbol,
    data: 'quote',
    fence: claim.fence,
    want: { do: 'delete' },
    item: { state: 'updated', reason: null, detail: null, chain: null, source: 'yahoo', nextRefreshAt: null },
    quote: quoteToStore(claim.symbol, price, { volume: '100', previousClose: '10', fetchedAt: at }),
  };
}

const claim = (callId: string, limit = 10, byAge = false) =>
  claimWants(pool, 'yahoo', callId, { data: 'quote', limit, byAge });
const land = (callId: string, ends: WantEnd[], receivedAt = new Date()) =>
  landCall(pool, { callId, provider: 'yahoo', calls: 1, receivedAt, ends }, new Set(ends.map(({ symbol }) => symbol)));

describe('a refresh', () => {
  test('goes from accepted to success, and its quotes, series, items and events are there', async () => {
    const id = await accept();
    const planned = await commitPlan(pool, planToCommit(id, ['AAPL', 'MSFT']));
    expect(planned).toMatchObject({ waiting: { yahoo: 2 }, open: 2, ended: [] });
    expect(await peekLane(pool, 'yahoo', 'call-1', { batch: 50, byAge: false })).toMatchObject({
      data: 'quote',
      waiting: 2,
      rank: 20,
    });
    const claims = await claim('call-1');
    const result = await land(
      'call-1',
      claims.map((each) => landed(each)),
    );
    expect(result).toMatchObject({ ended: [{ refreshId: id }], fencedOut: 0 });
    const record = await loadRefresh(pool, id);
    expect(record).toMatchObject({
      status: 'success',
      total: 2,
      done: 2,
      failed: 0,
      open: 0,
      prices: 2,
      providerCalls: { yahoo: 1 },
    });
    const { rows: series } = await pool.query('select symbol, exchange from financial_time_series order by symbol');
    expect(series).toEqual([
      { symbol: 'AAPL', exchange: 'yahoo' },
      { symbol: 'MSFT', exchange: 'yahoo' },
    ]);
    const { rows: events } = await pool.query('select type, size from events order by id');
    expect(events).toContainEqual({ type: 'price_update', size: 2 });
    expect(events.at(-1)).toEqual({ type: 'refresh_progress', size: 1 });
    expect((await pool.query('select from wants')).rows).toEqual([]);
  });

  test('is joined by an equal one while it waits, and lent the better rank', async () => {
    const id = await accept({ identity: 'same' });
    const [joined] = await acceptUnlimited(pool, [
      request({ identity: 'same', rank: 10, keyId: 'key_b', userId: 'usr_b' }),
    ]);
    expect(joined).toMatchObject({ outcome: 'joined', id, rank: 10, raised: true });
    await commitPlan(pool, planToCommit(id, ['AAPL']));
    expect(await accept({ identity: 'same' })).not.toBe(id);
  });

  test('is planned once, however many plan it at the same time', async () => {
    const id = await accept();
    const plans = await Promise.all([1, 2, 3].map(() => commitPlan(pool, planToCommit(id, ['AAPL']))));
    expect(plans.filter((planned) => planned !== null)).toHaveLength(1);
    expect(await loadRefresh(pool, id)).toMatchObject({ total: 1, open: 1 });
  });

  test('that shares a symbol with another shares its call, and both end with it', async () => {
    const [a, b] = [await accept(), await accept({ rank: 10 })];
    await commitPlan(pool, planToCommit(a, ['AAPL', 'KO']));
    await commitPlan(pool, planToCommit(b, ['AAPL']));
    const claims = await claim('call-1', 1);
    expect(claims).toMatchObject([{ symbol: 'AAPL', rank: 10 }]);
    expect(
      (
        await land(
          'call-1',
          claims.map((each) => landed(each)),
        )
      ).ended,
    ).toMatchObject([{ refreshId: b }]);
    expect(await loadRefresh(pool, a)).toMatchObject({ status: 'in_progress', done: 1, open: 1 });
  });

  test('that joins a call in flight gets its answer if that came after the request, else another call', async () => {
    const a = await accept();
    await commitPlan(pool, planToCommit(a, ['AAPL']));
    const claims = await claim('call-1');
    const receivedAt = new Date();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const b = await accept();
    await commitPlan(pool, planToCommit(b, ['AAPL']));
    expect(
      (
        await land(
          'call-1',
          claims.map((each) => landed(each, '10', receivedAt)),
          receivedAt,
        )
      ).ended,
    ).toMatchObject([{ refreshId: a }]);
    const again = await claim('call-2');
    expect(again).toMatchObject([{ symbol: 'AAPL' }]);
    expect(
      (
        await land(
          'call-2',
          again.map((each) => landed(each)),
        )
      ).ended,
    ).toMatchObject([{ refreshId: b }]);
  });
});

describe('a landing', () => {
  test('of a price that a newer one has overtaken leaves that one, and says that there was nothing new', async () => {
    for (const [price, status] of [
      ['20', 'updated'],
      ['10', 'skipped'],
    ] as const) {
      const id = await accept();
      await commitPlan(pool, planToCommit(id, ['AAPL', 'KO']));
      const claims = await claim(id);
      await land(
        id,
        claims.map((each) => landed(each, price)),
      );
      const { rows } = await pool.query(`select state from refresh_items where refresh_id = $1 and subject = 'AAPL'`, [
        id,
      ]);
      expect(rows).toEqual([{ state: status }]);
      expect(await loadRefresh(pool, id)).toMatchObject({
        status: 'success',
        done: 2,
        prices: status === 'updated' ? 2 : 1,
      });
      await pool.query(`update latest_quotes set quote_time = quote_time + interval '1 hour' where symbol = 'AAPL'`);
    }
    const { rows } = await pool.query(`select trim_scale(price)::text as price from latest_quotes order by symbol`);
    expect(rows).toEqual([{ price: '20' }, { price: '10' }]);
  });
});

describe('a plan', () => {
  test('looks once where the turns of a lane stand, and not again for each of its wants', async () => {
    // What an index has served is counted for the whole database: nobody else may be in this one.
    const database = await testDatabase();
    const alone = createPool({ url: database.url, max: 1, byKey: true });
    const looks = async () => {
      await alone.query('select pg_stat_force_next_flush()');
      const { rows } = await alone.query<{ n: number }>(
        `select sum(idx_scan)::int as n from pg_stat_user_indexes
         where indexrelid in ('wants_next'::regclass, 'wants_oldest'::regclass, 'wants_owner'::regclass)`,
      );
      return rows[0]?.n ?? 0;
    };
    try {
      const id = await accept({}, alone);
      const before = await looks();
      const symbols = Array.from({ length: 1_000 }, (_, i) => `SYM${i}`);
      const planned = await commitPlan(alone, planToCommit(id, symbols));
      expect(planned?.waiting).toEqual({ yahoo: 1_000 });
      expect((await looks()) - before).toBeLessThan(10);
    } finally {
      await alone.end();
      await database.drop();
    }
  });
});

describe('a fence', () => {
  test('keeps out a late writer whose claim was freed and taken by another', async () => {
    const id = await accept();
    await commitPlan(pool, planToCommit(id, ['AAPL']));
    const late = await claim('call-late');
    expect(await longClaims(pool, 0)).toEqual([{ lane: 'yahoo', callId: 'call-late' }]);
    expect(await freeClaims(pool, ['call-late'])).toBe(1);
    const good = await claim('call-good');
    expect(
      (
        await land(
          'call-good',
          good.map((each) => landed(each, '20')),
        )
      ).ended,
    ).toMatchObject([{ refreshId: id }]);
    expect(
      await land(
        'call-late',
        late.map((each) => landed(each, '99')),
      ),
    ).toMatchObject({ fencedOut: 1, ended: [] });
    const { rows } = await pool.query('select price from latest_quotes');
    expect(rows).toEqual([{ price: '20' }]);
  });

  test('lets the same job take its own wants again after a stall, and only one of both writers in', async () => {
    const id = await accept();
    await commitPlan(pool, planToCommit(id, ['AAPL', 'KO']));
    const first = await claim('call-1');
    const second = await claim('call-1');
    expect(second.map((each) => each.symbol)).toEqual(['AAPL', 'KO']);
    expect(
      await land(
        'call-1',
        first.map((each) => landed(each)),
      ),
    ).toMatchObject({ fencedOut: 2 });
    expect(
      await land(
        'call-1',
        second.map((each) => landed(each)),
      ),
    ).toMatchObject({ fencedOut: 0, ended: [{ refreshId: id }] });
  });

  test("keeps out a failure of a want's earlier life, though the same job has claimed the new one", async () => {
    await commitPlan(pool, planToCommit(await accept(), ['AAPL']));
    const stalled = await claim('call-1');
    await land(
      'call-1',
      (await claim('call-1')).map((each) => landed(each)),
    );
    const id = await accept();
    await commitPlan(pool, planToCommit(id, ['AAPL']));
    const again = await claim('call-1');
    const item = {
      ...{ state: 'failed' as const, reason: 'unavailable', detail: 'late' },
      ...{ chain: [], source: null, nextRefreshAt: null },
    };
    const late = stalled.map((each): WantEnd => ({ ...landed(each), quote: undefined, item }));
    expect(await land('call-1', late)).toMatchObject({ fencedOut: 1, ended: [] });
    expect(
      await land(
        'call-1',
        again.map((each) => landed(each)),
      ),
    ).toMatchObject({ fencedOut: 0, ended: [{ refreshId: id }] });
  });
});

describe('the claim', () => {
  test('takes the most urgent first, users in turns, and by age alone when told to', async () => {
    const many = await accept({ userId: 'usr_many', rank: 30 });
    await commitPlan(pool, planToCommit(many, ['AAPL', 'KO', 'MSFT']));
    const few = await accept({ userId: 'usr_few', rank: 30 });
    await commitPlan(pool, planToCommit(few, ['NVDA']));
    expect((await claim('call-1', 2)).map((each) => each.symbol)).toEqual(['AAPL', 'NVDA']);
    const urgent = await accept({ rank: 1, userId: 'usr_few' });
    await commitPlan(pool, planToCommit(urgent, ['MSFT']));
    expect((await claim('call-2', 1, true)).map((each) => each.symbol)).toEqual(['KO']);
    expect((await claim('call-3', 1)).map((each) => [each.symbol, each.rank])).toEqual([['MSFT', 1]]);
  });

  test('never hands one want to two callers', async () => {
    const id = await accept();
    await commitPlan(pool, planToCommit(id, ['AAPL', 'KO', 'MSFT', 'NVDA']));
    const claims = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((call) => claim(call, 1)));
    expect(
      claims
        .flat()
        .map((each) => each.symbol)
        .sort(),
    ).toEqual(['AAPL', 'KO', 'MSFT', 'NVDA']);
  });

  test('finds what waits while a plan that joins it is still writing its many items', async () => {
    await commitPlan(pool, planToCommit(await accept(), ['AAPL']));
    const large = await accept();
    const other = await pool.connect();
    try {
      await other.query('begin; lock table refresh_items in share mode');
      const planned = commitPlan(pool, planToCommit(large, ['AAPL', 'KO']));
      await eventually(async () => {
        const { rows } = await other.query(
          `select from pg_locks l join pg_database d on d.oid = l.database
           where d.datname = current_database() and l.relation = 'refresh_items'::regclass and not l.granted`,
        );
        expect(rows).toHaveLength(1);
      });
      expect((await claim('call-1')).map((each) => each.symbol)).toEqual(['AAPL']);
      await other.query('commit');
      expect(await planned).toMatchObject({ waiting: { yahoo: 1 } });
    } finally {
      await other.query('rollback');
      other.release();
    }
  });

  test('of a batch that was refused as a whole comes in halves', async () => {
    const id = await accept();
    await commitPlan(pool, planToCommit(id, ['AAPL', 'KO', 'MSFT', 'NVDA']));
    const claims = await claim('call-1');
    await land(
      'call-1',
      claims.map(({ symbol, fence }) => ({
        symbol,
        data: 'quote',
        fence,
        want: { do: 'release' as const, batchCap: 2 },
      })),
    );
    expect(await claim('call-2')).toHaveLength(2);
  });
});

describe('trouble', () => {
  test('some items fail and some succeed: partial, with reason, chain and what is served instead', async () => {
    const before = await accept();
    await commitPlan(pool, planToCommit(before, ['KO']));
    await land(
      'call-0',
      (await claim('call-0')).map((each) => landed(each)),
    );
    const id = await accept();
    await commitPlan(pool, planToCommit(id, ['AAPL', 'KO']));
    const claims = await claim('call-1');
    const item = {
      state: 'failed' as const,
      reason: 'unavailable',
      detail: 'down',
      chain: [{ provider: 'yahoo', reason: 'unavailable' }],
      source: null,
      nextRefreshAt: null,
    };
    await land(
      'call-1',
      claims.map((each) =>
        each.symbol === 'KO'
          ? { symbol: 'KO', data: 'quote', fence: each.fence, want: { do: 'rest' as const }, item }
          : landed(each),
      ),
    );
    const record = await loadRefresh(pool, id);
    expect(record).toMatchObject({ status: 'partial', done: 2, failed: 1, prices: 1 });
    expect(record?.failures).toMatchObject([
      { symbol: 'KO', kind: 'unavailable', chain: item.chain, served: { source: 'yahoo' } },
    ]);
    expect(await peekLane(pool, 'yahoo', 'other', { batch: 10, byAge: false })).toBeNull();
    expect(await claim('call-1')).toMatchObject([{ symbol: 'KO' }]);
  });

  test('the deadline ends it as timed_out with its open items, and late answers change nothing', async () => {
    const id = await accept({ deadlineS: 0 });
    await commitPlan(pool, planToCommit(id, ['AAPL']));
    const claims = await claim('call-1');
    expect((await endOverdue(pool)).ended).toMatchObject([{ refreshId: id }]);
    expect((await endOverdue(pool)).ended).toEqual([]);
    expect(
      await land(
        'call-1',
        claims.map((each) => landed(each)),
      ),
    ).toMatchObject({ ended: [], changed: [] });
    expect(await loadRefresh(pool, id)).toMatchObject({ status: 'timed_out', failed: 1, open: 0, done: 1 });
  });

  test('cancelling detaches one caller and stops when all have gone', async () => {
    const id = await accept({ identity: 'x' });
    await acceptUnlimited(pool, [request({ identity: 'x', keyId: 'key_b', userId: 'usr_b' })]);
    await commitPlan(pool, planToCommit(id, ['AAPL']));
    expect(await cancelRefresh(pool, id, { userId: 'usr_a', everyone: false })).toMatchObject({
      stopped: false,
    });
    expect(await cancelRefresh(pool, id, { userId: 'usr_b', everyone: false })).toMatchObject({
      stopped: true,
      ended: [{ refreshId: id }],
    });
    expect(await loadRefresh(pool, id)).toMatchObject({
      status: 'cancelled',
      skipped: { cancelled: 1 },
      done: 1,
      failed: 0,
    });
    expect(await cancelRefresh(pool, id, { userId: 'usr_b', everyone: true })).toBeNull();
    expect((await pool.query('select from wants')).rowCount).toBe(0);
  });

  test('a refresh that was never rung is found by the sweeper, one behind its running twin is not', async () => {
    const running = await accept({ identity: 'twin' });
    await commitPlan(pool, planToCommit(running, ['AAPL']));
    const behind = await accept({ identity: 'twin' });
    const lost = await accept();
    await pool.query(`update refreshes set accepted_at = accepted_at - interval '5 seconds'`);
    expect((await refreshesToRing(pool, 5_000)).map((row) => row.id)).toEqual([lost]);
    const result = await land(
      'call-1',
      (await claim('call-1')).map((each) => landed(each)),
    );
    expect(result.next).toEqual([{ id: behind, rank: 20, traceparent: null }]);
  });
});
