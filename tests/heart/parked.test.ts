import { recordOf, startHeart } from './heart.ts';

/** Where the wants of a saturated provider go, and what a call with its grant waits for. */
let parkedForMs: number | null = null;
const room: Record<string, number | null> = {};
const heart = await startHeart(() => [
  { name: 'yahoo', batch: 10, refuses: () => (parkedForMs ? { forMs: parkedForMs, kind: 'quota_spent' } : null) },
  { name: 'finnhub', batch: 1 },
  { name: 'fmp', batch: 1 },
]);

beforeAll(async () => {
  heart.world.lanes.room = (name) => (name in room ? (room[name] as number | null) : Number.POSITIVE_INFINITY);
});
beforeEach(async () => {
  await heart.clear();
  parkedForMs = null;
  for (const name of Object.keys(room)) delete room[name];
});

const coins = (prefix: string, n: number) => Array.from({ length: n }, (_, i) => `${prefix}${i}-USD`);
const plans = async () => {
  while (await heart.step('refresh'));
};

async function waitingIn(): Promise<Record<string, string[]>> {
  const { rows } = await heart.pool.query<{ lane: string; symbols: string[] }>(
    'select lane, array_agg(symbol order by symbol) as symbols from wants where call_id is null group by lane',
  );
  return Object.fromEntries(rows.map(({ lane, symbols }) => [lane, symbols]));
}

test('those who wait at a provider that is spent for a minute go elsewhere as far as there is room, the most urgent first', async () => {
  await heart.ask('prices', { symbols: coins('LOW', 20) });
  await heart.ask('prices', { symbols: coins('HIGH', 3) }, { role: 'admin' });
  await plans();
  Object.assign(room, { finnhub: 4, fmp: 2 });
  parkedForMs = 60_000;
  await heart.step('fetch-yahoo');
  const waiting = await waitingIn();
  expect(waiting.finnhub).toEqual([...coins('HIGH', 3), 'LOW0-USD']);
  expect(waiting.fmp).toHaveLength(2);
  expect(waiting.yahoo).toHaveLength(17);
  // What waits there already has taken the room: looking again moves nobody.
  heart.parked.clear();
  await heart.step('fetch-yahoo');
  expect(await waitingIn()).toEqual(waiting);
});

test('a lane that is parked for an hour is looked at again before long, for there may be room elsewhere by then', async () => {
  const id = await heart.ask('prices', { symbols: coins('LOW', 3), deadline_s: 7_200 });
  await plans();
  Object.assign(room, { finnhub: 0, fmp: 0 });
  parkedForMs = 3_600_000;
  await heart.step('fetch-yahoo');
  expect(heart.parked.get('yahoo')).toBeLessThanOrEqual(15_000);
  expect(await waitingIn()).toEqual({ yahoo: coins('LOW', 3) });
  room.finnhub = 100;
  heart.parked.clear();
  await heart.work();
  expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success', prices: 3 });
});

test('those whose alternatives are all spent for long are nobody’s: what cannot wait is told at once', async () => {
  const id = await heart.ask('prices', { symbols: coins('LOW', 3) });
  await plans();
  Object.assign(room, { finnhub: null, fmp: null });
  parkedForMs = 3_600_000;
  await heart.step('fetch-yahoo');
  expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success', skipped: { quota: 3 } });
});

test('a call that has its grant lets a high refresh that was recorded meanwhile be planned before it', async () => {
  await heart.ask('prices', { symbols: coins('LOW', 30) });
  await plans();
  const { pause } = heart.world;
  try {
    const id = await heart.ask('prices', { symbols: ['HIGH-USD'] }, { role: 'admin' });
    let pauses = 0;
    heart.world.pause = async () => {
      // The planner needs a moment.
      if (++pauses === 3) await plans();
    };
    await heart.step('fetch-yahoo');
    expect(heart.calls[0]?.symbols).toContain('HIGH-USD');
    expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success' });
  } finally {
    heart.world.pause = pause;
  }
});

test('nor does it wait for ever: a plan that does not come costs the low ones a moment', async () => {
  await heart.ask('prices', { symbols: coins('LOW', 30) });
  await plans();
  await heart.ask('prices', { symbols: ['HIGH-USD'] }, { role: 'admin' });
  await heart.step('fetch-yahoo');
  expect(heart.calls[0]?.symbols).toHaveLength(10);
});

test('a lane whose jobs are used up is rung by the call that leaves somebody behind', async () => {
  // More than the queue of this story takes in one ring, as thousands are more than a lane's cap.
  const id = await heart.ask('prices', { symbols: coins('LOW', 700) });
  await plans();
  while (await heart.step('fetch-yahoo'));
  expect(heart.calls).toHaveLength(70);
  expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success' });
});

test('so is one by a call that finds what it was to take in the hands of another, for more may wait behind that', async () => {
  const id = await heart.ask('prices', { symbols: ['BTC-USD'] });
  await heart.step('refresh');
  const { record } = heart.world;
  const { claim } = record;
  record.claim = async () => [];
  await heart.step('fetch-yahoo').finally(() => {
    record.claim = claim;
  });
  expect([heart.calls.length, heart.given.back]).toEqual([0, 1]);
  await heart.work();
  expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success' });
});
