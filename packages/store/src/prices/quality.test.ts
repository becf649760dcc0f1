import type { Bar } from '@freshet/market';
import { planToCommit, quoteToStore, refreshToAccept, withDatabase } from '@freshet/testing';
import { packBars } from './bars-pack.ts';
import { acceptUnlimited } from '../accept/accept.ts';
import type { AnomalyToWrite } from './anomalies-write.ts';
import { ensureAssets } from './assets-write.ts';
import { closesAround } from './bars-read.ts';
import { symbolsToCalculate } from '../follow/calculations-read.ts';
import { type ClaimedRow, claimWants } from '../call/claim.ts';
import { commitPlan } from '../plan/commit-plan.ts';
import { newId } from '../database/ids.ts';
import { knowSymbols } from '../plan/know.ts';
import { landCall } from '../call/land.ts';
import type { WantEnd } from '../call/want-end.ts';
import { listAnomalies } from './observations.ts';
import { dailyBars } from './quotes-read.ts';
import type { QuoteRow } from './quotes-write.ts';
import { loadRefresh } from '../refreshes/refresh-read.ts';

const YEAR = { from: '2026-01-01', to: '2026-12-31' };

const { pool } = await withDatabase();
beforeEach(async () => {
  await pool.query(
    'truncate refreshes, refresh_items, wants, events, latest_quotes, daily_bars, anomalies, assets, financial_time_series cascade',
  );
  const asset = { class: 'equity', currency: 'USD', calendar: 'XNYS', sector: null, indexes: [], volatility: null };
  await ensureAssets(
    pool,
    ['AAPL'].map((symbol) => ({ ...asset, symbol, name: symbol })),
  );
});

/** A refresh that wants AAPL, up to the claim of its call. */
async function wanting(
  data: 'quote' | 'bars' = 'quote',
  lane = 'yahoo',
): Promise<{ id: string; callId: string; fence: number; row: ClaimedRow }> {
  const id = newId('refresh');
  await acceptUnlimited(pool, [refreshToAccept(id)]);
  await commitPlan(pool, planToCommit(id, ['AAPL'], { data: [data], lane }));
  return { id, ...(await claimed(lane, data)) };
}

async function claimed(lane: string, data = 'quote') {
  const callId = newId('delivery');
  const [row] = await claimWants(pool, lane, callId, { data, limit: 1, byAge: false });
  if (!row) throw new Error('nothing to claim');
  return { callId, fence: row.fence, row };
}

const item: WantEnd['item'] = {
  state: 'updated',
  reason: null,
  detail: null,
  chain: null,
  source: 'yahoo',
  nextRefreshAt: null,
};

const quoteRow = (price: string, more: Partial<QuoteRow> = {}) =>
  quoteToStore('AAPL', price, { previousClose: '9', ...more });

const anomaly = (state: AnomalyToWrite['state'], more: Partial<AnomalyToWrite> = {}): AnomalyToWrite => ({
  symbol: 'AAPL',
  check: 'jump',
  state,
  source: 'yahoo',
  price: '14',
  expected: '10',
  detail: 'it jumped',
  ...{
    held: null,
    refreshId: null,
  },
  ...more,
});

async function land(of: { callId: string; fence: number }, end: Partial<WantEnd>, lane = 'yahoo') {
  const ends = [{ symbol: 'AAPL', data: 'quote', fence: of.fence, want: { do: 'delete' as const }, ...end }];
  // As if all had been well the last time: what is wrong now is found while it is written.
  return landCall(
    pool,
    { callId: of.callId, provider: lane, calls: 1, receivedAt: new Date(), ends },
    new Set(['AAPL']),
  );
}

async function price(value: string, more: Partial<QuoteRow> = {}, end: Partial<WantEnd> = {}): Promise<void> {
  await land(await wanting(), { item, quote: quoteRow(value, more), ...end });
}

/** What calculations see. */
const calculable = async () =>
  (await symbolsToCalculate(pool, ['AAPL'])).map(({ price, previousClose }) => ({ price, previousClose }));

const events = async () => {
  const { rows } = await pool.query<{ items: { state: string; resolution: string | null }[] }>(
    `select items from events where type = 'anomaly' order by id`,
  );
  return rows.flatMap(({ items }) => items.map(({ state }) => state));
};

test('a held quote waits for a second opinion: its want moves on with it, and nobody is settled', async () => {
  await price('10');
  const refresh = await wanting();
  const held = { check: 'jump', quote: { price: '14' } };
  const because = { provider: 'yahoo', reason: 'suspicious' };
  const landed = await land(refresh, {
    want: { do: 'move', lane: 'finnhub', because, held },
    doubts: [anomaly('held')],
  });
  expect(landed.passedOn).toEqual({ finnhub: { wants: 1, rank: expect.any(Number) as number } });
  expect(await loadRefresh(pool, refresh.id)).toMatchObject({ status: 'in_progress', open: 1 });
  expect(await listAnomalies(pool, { limit: 9 })).toMatchObject([{ state: 'held', check: 'jump', resolvedAt: null }]);

  const second = await claimed('finnhub');
  expect(second.row).toMatchObject({ held, storedPrice: '10', tried: [because] });
  const opinion = { state: 'corrected' as const, detail: 'finnhub says 10.1' };
  await land(second, { item, quote: quoteRow('10.1', { source: 'finnhub' }), opinion }, 'finnhub');
  expect(await loadRefresh(pool, refresh.id)).toMatchObject({ status: 'success', prices: 1 });
  expect(await listAnomalies(pool, { limit: 9 })).toMatchObject([
    { state: 'corrected', resolution: 'finnhub says 10.1', resolvedAt: expect.any(Date) },
  ]);
  expect(await events()).toEqual(['held', 'corrected']);
});

test('a suspect price is published beside the last good one, which calculations and checks go on with', async () => {
  await price('10');
  await price('14', { quality: 'suspect' }, { doubts: [anomaly('suspect')] });
  expect(await calculable()).toMatchObject([{ price: '10', previousClose: '9' }]);
  const { rows } = await pool.query(`select price, quality from latest_quotes`);
  expect(rows).toEqual([{ price: '14', quality: 'suspect' }]);
  const again = await wanting();
  const { rows: series } = await pool.query('select price from financial_time_series');
  expect(series).toEqual([{ price: '10' }]);
  await land(again, { item, quote: quoteRow('14.1', { quality: 'suspect' }), doubts: [anomaly('suspect')] });
  expect(await calculable()).toMatchObject([{ price: '10' }]);
  // What goes on being wrong is one anomaly, told of once.
  expect(await listAnomalies(pool, { limit: 9 })).toHaveLength(1);
  expect(await events()).toEqual(['suspect']);
});

test('a good price ends what was open, also when its own time is before that of the suspect one', async () => {
  const at = Date.now();
  await price('10', { quoteTime: new Date(at - 60_000) });
  await price('14', { quality: 'suspect', quoteTime: new Date(at) }, { doubts: [anomaly('suspect')] });
  await price('10.2', { quoteTime: new Date(at - 30_000) });
  expect(await calculable()).toMatchObject([{ price: '10.2' }]);
  expect(await listAnomalies(pool, { limit: 9 })).toMatchObject([{ state: 'suspect', resolvedAt: expect.any(Date) }]);
});

test('endpoints are told of each state of an anomaly once, and of its end also when its state stays', async () => {
  await pool.query(`insert into users (id, name) values ('usr_1', 'One')`);
  await pool.query(
    `insert into webhook_endpoints (id, user_id, url, events, secret) values ('whk_1', 'usr_1', 'https://a.example', '{data.anomaly}', 's')`,
  );
  await price('10');
  await price('14', { quality: 'suspect' }, { doubts: [anomaly('suspect')] });
  await price('14', { quality: 'suspect' }, { doubts: [anomaly('held')] });
  await price('14', { quality: 'suspect' }, { doubts: [anomaly('suspect')] });
  await price('10.2');
  const { rows } = await pool.query<{ message_id: string; state: string; resolved: boolean }>(
    `select regexp_replace(message_id, '[0-9]+', 'n') as message_id, payload ->> 'state' as state,
       payload ->> 'resolved_at' is not null as resolved
     from webhook_deliveries order by created_at`,
  );
  expect(rows).toEqual([
    { message_id: 'anomaly.n.suspect', state: 'suspect', resolved: false },
    { message_id: 'anomaly.n.held', state: 'held', resolved: false },
    { message_id: 'anomaly.n.suspect.resolved', state: 'suspect', resolved: true },
  ]);
});

test('a symbol that only ever had suspect prices has none to calculate with, and isn’t active', async () => {
  await price('14', { quality: 'suspect' }, { doubts: [anomaly('suspect')] });
  expect(await calculable()).toEqual([{ price: null, previousClose: null }]);
  const { rows } = await pool.query('select status, quality from assets');
  expect(rows).toEqual([{ status: 'unverified', quality: 0.9 }]);
});

test('the quality score falls with a failed check and recovers with good ones', async () => {
  const quality = async () => (await pool.query<{ quality: number }>('select quality from assets')).rows[0]?.quality;
  await price('10');
  expect(await quality()).toBe(1);
  await price('14', { quality: 'suspect' }, { doubts: [anomaly('suspect')] });
  expect(await quality()).toBeCloseTo(0.9);
  for (let i = 0; i < 3; i++) await price(`10.${i}`);
  expect(await quality()).toBeGreaterThan(0.9);
  expect(await quality()).toBeLessThan(1);
});

test('that bars have told of a split stays known when a quote lands that was claimed before they did', async () => {
  await price('10');
  const looksSplit = { provenance: { suspicion: { check: 'split_gap', detail: 'it looks like a split' } } };
  await price('1', { quality: 'suspect', ...looksSplit });
  const late = await wanting();
  await land(await wanting('bars', 'polygon'), { data: 'bars', item, tellsTo: '2026-11-20' }, 'polygon');
  await land(late, { item, quote: quoteRow('1.01', { quality: 'suspect', ...looksSplit }) });
  const next = await wanting();
  expect(next.row).toMatchObject({ suspectPrice: '1.01', suspicion: { check: 'split_gap', told_to: '2026-11-20' } });
  expect(await knowSymbols(pool, ['AAPL'], false)).toMatchObject([{ splitDoubt: '2026-11-20' }]);
  await land(next, { item, quote: quoteRow('1.02', { quality: 'suspect' }) });
  expect(await knowSymbols(pool, ['AAPL'], false)).toMatchObject([{ splitDoubt: null }]);
});

test('since when a price stands still is known', async () => {
  const at = Date.now();
  await price('10', { quoteTime: new Date(at - 50_000) });
  await price('10.0', { quoteTime: new Date(at - 20_000) });
  const since = async () => (await pool.query<{ at: Date }>('select price_since as at from latest_quotes')).rows[0]?.at;
  expect(await since()).toEqual(new Date(at - 50_000));
  await price('10.1', { quoteTime: new Date(at) });
  expect(await since()).toEqual(new Date(at));
});

describe('daily bars', () => {
  const bar = (session: string, close: string, more: Partial<Bar> = {}): Bar => ({
    ...{ symbol: 'AAPL', session, open: null, high: null, low: null, close, volume: null },
    ...more,
  });
  const store = async (bars: Bar[], marked: { provisional?: string; suspect?: string; source?: string } = {}) => {
    const series = {
      symbol: 'AAPL',
      source: marked.source ?? 'yahoo',
      currency: 'USD',
      fetchedAt: new Date(),
      refreshId: null,
      askedFrom: null,
      bars,
      provisional: new Set(marked.provisional ? [marked.provisional] : []),
      suspect: new Set(marked.suspect ? [marked.suspect] : []),
    };
    return land(await wanting('bars'), { data: 'bars', item, series: packBars(series) });
  };
  const adjusted = async () => {
    const rows = await dailyBars(pool, 'AAPL', YEAR, 99);
    return rows.map(({ close, adjustment }) => Number(close) * Number(adjustment));
  };
  /** The days of 2026 from one to another, exclusive; 0 is the first. */
  const days = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => new Date(Date.UTC(2026, 0, 1 + from + i)).toISOString().slice(0, 10));
  const volatility = async () =>
    (await pool.query<{ volatility: number }>('select volatility from assets')).rows[0]?.volatility;
  const version = async () => (await pool.query<{ v: number }>('select bars_version as v from assets')).rows[0]?.v;

  test('are kept raw, with factors that bring them onto one basis', async () => {
    await store([bar('2026-01-05', '400'), bar('2026-01-06', '100', { splitRatio: '4' })]);
    expect(await adjusted()).toEqual([100, 100]);
  });

  test('a split that comes later changes the factors of what is held, in the transaction that brings it', async () => {
    await store([bar('2026-01-05', '400'), bar('2026-01-06', '404')]);
    await store([bar('2026-01-06', '404'), bar('2026-01-07', '102', { splitRatio: '4' })]);
    expect(await adjusted()).toEqual([100, 101, 102]);
  });

  test('the same when the landing that brings it is the whole series', async () => {
    await store([bar('2026-01-05', '400'), bar('2026-01-06', '404')]);
    await store([bar('2026-01-05', '400'), bar('2026-01-06', '404'), bar('2026-01-07', '102', { splitRatio: '4' })]);
    expect(await adjusted()).toEqual([100, 101, 102]);
  });

  test('a session that was missing comes onto the basis of a split that its own landing doesn’t tell of', async () => {
    await store([bar('2026-01-05', '400'), bar('2026-01-07', '102', { splitRatio: '4' })]);
    await store([bar('2026-01-06', '404'), bar('2026-01-07', '102')], { source: 'polygon' });
    expect(await adjusted()).toEqual([100, 101, 102]);
  });

  describe('that tell of a split and a dividend', () => {
    const told = async () =>
      (await dailyBars(pool, 'AAPL', YEAR, 99)).map(({ splitRatio, dividend, adjustment }) => [
        ...[splitRatio, dividend].map((text) => text && Number(text)),
        Number(adjustment),
      ]);
    const acting = { splitRatio: '2', dividend: '10' };
    const before = [bar('2026-01-05', '100'), bar('2026-01-06', '100')];

    test.each([
      ['at the end of what is read', [bar('2026-01-06', '100'), bar('2026-01-07', '100')], 3],
      ['at its beginning', [bar('2026-01-07', '100'), bar('2026-01-08', '100')], 4],
    ])('lose them when who told of them reads the session again without, %s', async (_, again, count) => {
      await store([...before, bar('2026-01-07', '100', acting)]);
      expect((await told())[0]).toEqual([null, null, 0.4]);
      await store(again);
      expect(await told()).toEqual(Array.from({ length: count }, () => [null, null, 1]));
    });

    test('keep them when somebody else doesn’t tell of them, and lose them to who did', async () => {
      await store([...before, bar('2026-01-07', '100', acting)]);
      await store([bar('2026-01-07', '101')], { source: 'polygon' });
      await store([bar('2026-01-07', '102')], { source: 'polygon' });
      expect(await told()).toEqual([
        [null, null, 0.4],
        [null, null, 0.4],
        [2, 10, 1],
      ]);
      await store([bar('2026-01-07', '102')]);
      expect(await told()).toEqual(Array.from({ length: 3 }, () => [null, null, 1]));
    });
  });

  test('history that is filled in before what is held comes onto its basis', async () => {
    await store([bar('2026-01-06', '404'), bar('2026-01-07', '101', { splitRatio: '4' })]);
    await store([bar('2026-01-05', '400')]);
    expect(await adjusted()).toEqual([100, 101, 101]);
  });

  test('a suspect close is told with its mark, and is no basis for a dividend', async () => {
    await store([bar('2026-01-05', '100'), bar('2026-01-06', '9900')], { suspect: '2026-01-06' });
    await store([bar('2026-01-07', '99', { dividend: '2' })]);
    expect(await dailyBars(pool, 'AAPL', YEAR, 9)).toMatchObject([
      { adjustment: '0.98', quality: 'good' },
      { adjustment: '0.98', quality: 'suspect' },
      { adjustment: '1', quality: 'good' },
    ]);
  });

  test('a provisional bar is healed, and never takes a final one’s place', async () => {
    await store([bar('2026-01-05', '10')], { provisional: '2026-01-05' });
    await store([bar('2026-01-05', '11')]);
    await store([bar('2026-01-05', '12')], { provisional: '2026-01-05' });
    expect(await dailyBars(pool, 'AAPL', YEAR, 9)).toMatchObject([{ close: '11', provisional: false }]);
  });

  test('a good final bar stays until a good one replaces it', async () => {
    const held = async () =>
      (await dailyBars(pool, 'AAPL', YEAR, 9)).map(({ close, quality }) => `${close} ${quality}`);
    await store([bar('2026-01-05', '10'), bar('2026-01-06', '11')]);
    const before = await version();
    await store([bar('2026-01-06', '1100')], { suspect: '2026-01-06' });
    expect(await held()).toEqual(['10 good', '11 good']);
    expect(await version()).toBe(before);
    await store([bar('2026-01-06', '11.1')]);
    expect(await held()).toEqual(['10 good', '11.1 good']);
  });

  test('a suspect bar is replaced by whatever comes, and so is a provisional one', async () => {
    await store([bar('2026-01-05', '1000')], { suspect: '2026-01-05' });
    await store([bar('2026-01-05', '1001'), bar('2026-01-06', '11')], {
      suspect: '2026-01-05',
      provisional: '2026-01-06',
    });
    await store([bar('2026-01-06', '1100')], { suspect: '2026-01-06' });
    expect(await dailyBars(pool, 'AAPL', YEAR, 9)).toMatchObject([
      { close: '1001', quality: 'suspect' },
      { close: '1100', quality: 'suspect' },
    ]);
  });

  test('that follow others are held against the good final closes around them, and read again from the first that is held', async () => {
    const recent = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
    const [first, ...others] = [60, 30, 9, 8, 7, 6].map((ago) => bar(recent(ago), String(ago)));
    await store([first as Bar], { suspect: recent(60) });
    await store(others, { suspect: recent(8), provisional: recent(6) });
    const around = await closesAround(pool, [{ symbol: 'AAPL', from: recent(9) }]);
    expect(around.get('AAPL')?.map(({ close }) => close)).toEqual(['30', '9', '7']);
    expect(await knowSymbols(pool, ['AAPL'], true)).toMatchObject([
      { lastFinalBar: recent(7), doubtedFrom: recent(8) },
    ]);
    expect(await knowSymbols(pool, ['AAPL'], false)).toMatchObject([{ lastFinalBar: null, doubtedFrom: null }]);
  });

  test.each([
    ['fell by a fifth', [101, 100, 79, 80], null, 7],
    ['rose by a fifth', [101, 100, 121, 120], null, 7],
    ['moved by less', [100, 119, 101, 100], null, null],
    ['fell by a split that was told', [101, 100, 79, 80], '1.25', null],
  ])('are read again from where they %s', async (_, closes, splitRatio, ago) => {
    const recent = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
    await store(closes.map((close, i) => ({ ...bar(recent(9 - i), String(close)), ...(i === 2 && { splitRatio }) })));
    const doubtedFrom = ago === null ? null : recent(ago);
    expect(await knowSymbols(pool, ['AAPL'], true)).toMatchObject([{ doubtedFrom }]);
  });

  test('reading the same again changes nothing, so that nobody calculates anew', async () => {
    await store([bar('2026-01-05', '10'), bar('2026-01-06', '11')]);
    const before = await version();
    await store([bar('2026-01-05', '10.0'), bar('2026-01-06', '11')]);
    expect(await version()).toBe(before);
    await store([bar('2026-01-06', '11.5')]);
    expect(await version()).not.toBe(before);
  });

  test('a long series tells how much the symbol moves', async () => {
    await store(days(0, 80).map((session, i) => bar(session, String(100 + 2 * (i % 2)))));
    expect(await volatility()).toBeCloseTo(0.0198 * Math.sqrt(252), 2);
  });

  test('how much the symbol moves follows what it does, by good final closes of the last year, however few come at once', async () => {
    const steps = (from: number, to: number, step: number) =>
      days(from, to).map((session, i) => bar(session, String(100 + step * (i % 2))));
    await store(steps(0, 80, 2));
    await store(steps(80, 84, 20));
    const lively = await volatility();
    expect(lively).toBeGreaterThan(0.0198 * Math.sqrt(252) * 1.5);
    await store(steps(84, 85, 75), { suspect: days(84, 85)[0] });
    await store(steps(85, 86, 60), { provisional: days(85, 86)[0] });
    expect(await volatility()).toBeCloseTo(lively ?? 0, 9);
    for (let day = 86; day < 86 + 256; day += 32) await store(steps(day, day + 32, 1));
    expect(await volatility()).toBeCloseTo(0.01 * Math.sqrt(252), 2);
  });
});
