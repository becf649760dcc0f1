import { PRIORITIES } from '@freshet/contracts';
import { calls } from '@freshet/refresh';
import { eventually } from '@freshet/testing';
import { recordOf, startHeart } from './heart.ts';

/** Whose turn it is at a saturated provider: every call is one step here, as if the quota allowed just that one. */
const heart = await startHeart(() => [{ name: 'yahoo', batch: 10 }]);

beforeEach(() => heart.clear());

const coins = (prefix: string, n: number) =>
  Array.from({ length: n }, (_, i) => `${prefix}${String(i).padStart(5, '0')}-USD`);
const plans = async () => {
  while (await heart.step('refresh'));
};
/** The next call that the quota allows. */
async function nextCall(): Promise<{ data: string; symbols: string[] }> {
  const before = heart.calls.length;
  while (heart.calls.length === before) {
    if (!(await heart.step('fetch-yahoo'))) await heart.world.ring.lane('yahoo', 20);
  }
  return heart.calls.at(-1) as { data: string; symbols: string[] };
}

test('a high refresh behind ten thousand low symbols gets one of the next two calls, at whatever moment it comes', async () => {
  await heart.ask('prices', { symbols: coins('LOW', 10_000) });
  await plans();
  for (let instant = 0; instant < 12; instant++) {
    for (let calls = 0; calls < instant % 5; calls++) await nextCall();
    const symbol = `HIGH${instant}-USD`;
    const id = await heart.ask('prices', { symbols: [symbol] }, { role: 'admin' });
    await plans();
    const served = [await nextCall(), await nextCall()].findIndex(({ symbols }) => symbols.includes(symbol));
    expect(served).toBeGreaterThanOrEqual(0);
    expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success' });
  }
});

test('the more urgent one is first among all that is urgent, and its call is filled up with what comes next', async () => {
  await heart.ask('prices', { symbols: coins('LOW', 30) });
  await heart.ask('prices', { symbols: coins('MEDIUM', 12) }, { role: 'user' });
  await heart.ask('prices', { symbols: coins('HIGH', 3) }, { role: 'admin' });
  await heart.ask('prices', { symbols: ['NOW-USD'], priority: 'emergency' }, { role: 'admin' });
  await plans();
  const [first, second] = [await nextCall(), await nextCall()];
  expect(first.symbols.toSorted()).toEqual(['NOW-USD', ...coins('HIGH', 3), ...coins('MEDIUM', 6)].toSorted());
  expect(second.symbols.toSorted()).toEqual([...coins('MEDIUM', 12).slice(6), ...coins('LOW', 4)].toSorted());
});

test('nobody starves: under a steady stream of high ones, each tenth call goes to what has waited longest', async () => {
  const low = await heart.ask('prices', { symbols: ['PATIENT-USD'] });
  await plans();
  for (let call = 0; call < 10; call++) {
    await heart.ask('prices', { symbols: coins(`STREAM${call}X`, 10) }, { role: 'admin' });
    await plans();
    await nextCall();
  }
  expect(await recordOf(heart.pool, low)).toMatchObject({ status: 'success', prices: 1 });
});

test('nor does history: the tenth call is for it too when it has waited longest, whatever is urgent', async () => {
  await heart.ask('prices', { symbols: ['PATIENT-USD'], mode: 'full' });
  await plans();
  // The latest price comes first, then its history.
  const asked = [(await nextCall()).data];
  for (let call = 0; call < 12; call++) {
    await heart.ask('prices', { symbols: coins(`STREAM${call}X`, 10) }, { role: 'admin' });
    await plans();
    asked.push((await nextCall()).data);
  }
  expect(asked.flatMap((data, call) => (data === 'bars' ? [call + 1] : []))).toEqual([10]);
});

test('within a class users take turns: a thousand of one delay the one of another by no more than a call', async () => {
  await heart.ask('prices', { symbols: coins('MANY', 1_000) }, { role: 'user', userId: 'usr_many' });
  await plans();
  for (let calls = 0; calls < 7; calls++) await nextCall();
  await heart.ask('prices', { symbols: coins('MORE', 1_000) }, { role: 'user', userId: 'usr_many' });
  await heart.ask('prices', { symbols: ['ONE-USD'] }, { role: 'user', userId: 'usr_one' });
  await plans();
  expect([...(await nextCall()).symbols, ...(await nextCall()).symbols]).toContain('ONE-USD');
});

test('what somebody has waiting in a lower class sets them back in none', async () => {
  const admin = { role: 'admin', userId: 'usr_admin' } as const;
  await heart.ask('prices', { symbols: coins('MANY', 2_000) }, admin);
  await plans();
  await heart.ask(
    'prices',
    { symbols: coins('OTHER', 40), priority: 'emergency' },
    { role: 'admin', userId: 'usr_other' },
  );
  await heart.ask('symbols', { symbols: ['MINE-USD'], priority: 'emergency' }, admin);
  await plans();
  expect([...(await nextCall()).symbols, ...(await nextCall()).symbols]).toContain('MINE-USD');
});

test('two calls at the same moment never find nothing while somebody waits', async () => {
  // One that must be asked for alone is ahead: whoever comes second finds it in the other's hands, and more behind it.
  await heart.ask('prices', { symbols: coins('X', 30) });
  await plans();
  await heart.pool.query(`update wants set batch_cap = 1 where symbol = 'X00000-USD'`);
  const steps = await Promise.all([1, 2, 3, 4].map(() => heart.step('fetch-yahoo')));
  expect(steps).toContain(true);
  await heart.work();
  expect(heart.calls.flatMap(({ symbols }) => symbols)).toHaveLength(30);
});

describe('a job of a lane', () => {
  const job = (about: { attempt?: number; signal?: AbortSignal } = {}) => ({
    ...{ id: 'c1', attempt: 1, lastAttempt: false, signal: new AbortController().signal, log: async () => {} },
    ...about,
  });
  const called = async (about = job()) => {
    await heart.ask('prices', { symbols: coins('MANY', 25) });
    await plans();
    const outcome = await calls('yahoo', about, heart.world);
    return { outcome, symbols: heart.calls.map(({ symbols }) => symbols.length) };
  };

  test('goes on with the next call while more waits than one call takes', async () => {
    expect(await called()).toMatchObject({ outcome: { kind: 'done' }, symbols: [10, 10, 5] });
  });

  test('looks before its first call only, and goes by what it left behind', async () => {
    const { record } = heart.world;
    const { peek } = record;
    const looked: number[] = [];
    record.peek = (...of) => {
      looked.push(heart.calls.length);
      return peek(...of);
    };
    await called();
    record.peek = peek;
    expect(looked[0]).toBe(0);
    expect(looked.slice(1).every((calls) => calls === 3)).toBe(true);
  });

  test('serves what has become more urgent meanwhile, with a grant of its rank', async () => {
    const { asker } = heart.world;
    const { take, ask } = asker;
    const ranks: number[] = [];
    asker.take = (lane, grant) => {
      ranks.push(grant.rank);
      return take(lane, grant);
    };
    asker.ask = async (...of) => {
      if (heart.calls.length === 0) {
        await heart.ask('prices', { symbols: ['HIGH-USD'] }, { role: 'admin' });
        await plans();
      }
      return ask(...of);
    };
    await called();
    Object.assign(asker, { take, ask });
    expect(heart.calls[1]?.symbols).toContain('HIGH-USD');
    expect(ranks.slice(0, 3)).toEqual([PRIORITIES.low, PRIORITIES.low, PRIORITIES.high]);
    expect(heart.given.back).toBeGreaterThanOrEqual(1);
  });

  test('asks anew when what it left behind is refused: the more urgent may be granted what that was not', async () => {
    const { asker } = heart.world;
    const { take, ask } = asker;
    asker.take = (lane, grant) =>
      heart.calls.length > 0 && grant.rank === PRIORITIES.low
        ? Promise.resolve({ granted: false, retryInMs: 5_000, kind: 'quota_spent', because: 'shares' })
        : take(lane, grant);
    asker.ask = async (...of) => {
      if (heart.calls.length === 0) {
        await heart.ask('prices', { symbols: ['HIGH-USD'] }, { role: 'admin' });
        await plans();
      }
      return ask(...of);
    };
    const { outcome } = await called();
    Object.assign(asker, { take, ask });
    expect(heart.calls[1]?.symbols).toContain('HIGH-USD');
    expect(outcome).toMatchObject({ kind: 'parked' });
  });

  test('that has failed before makes one call, for its attempts are those of what it asks for', async () => {
    expect(await called(job({ attempt: 2 }))).toMatchObject({ symbols: [10] });
  });

  test('makes no further call when it is to end', async () => {
    expect(await called(job({ signal: AbortSignal.abort() }))).toMatchObject({ symbols: [10] });
  });
});

test('an answer lands while the next call is made: its place at the provider is free by then', async () => {
  const { asker, record } = heart.world;
  const [{ attend }, { land }] = [asker, record];
  let busy: Promise<unknown> = Promise.resolve();
  asker.attend = (_lane, work) => {
    const own = busy.then(work);
    busy = own.catch(() => {});
    return own;
  };
  const written = Promise.withResolvers<void>();
  record.land = async (...of) => {
    await written.promise;
    return land(...of);
  };
  const id = await heart.ask('prices', { symbols: coins('NEXT', 20) });
  await plans();
  const steps = [heart.step('fetch-yahoo'), heart.step('fetch-yahoo')];
  await eventually(() => expect(heart.calls).toHaveLength(2));
  expect(await recordOf(heart.pool, id)).toMatchObject({ prices: 0 });
  written.resolve();
  await Promise.all(steps);
  expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success', prices: 20 });
  [asker.attend, record.land] = [attend, land];
});
