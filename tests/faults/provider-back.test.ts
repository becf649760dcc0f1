import { createLogger, createMetrics } from '@freshet/runtime';
import { eventually, testRedis } from '@freshet/testing';
import { type RunningSimulator, startSimulator } from '../../apps/simulator/src/start.ts';
import { createAskerPort } from '../../apps/worker/src/asker.ts';
import { createLanes } from '../../apps/worker/src/lanes.ts';
import { type OpenProviders, openProviders } from '../../apps/worker/src/open-providers.ts';
import { recordOf, startHeart } from '../heart/heart.ts';
import { onlyProviders } from '../simulator-log.ts';

/** A provider was away until its breaker opened, while another of its chain has quota to spare: the real choice and the real calls over the real record. */
const COINS = ['BTC-USD', 'ETH-USD', 'SOL-USD', 'ADA-USD', 'XRP-USD', 'LTC-USD'];
const server = testRedis();
const redis = server.client();
const prefix = server.prefix;
let simulator: RunningSimulator;
let providers: OpenProviders;

afterAll(async () => {
  providers.door.close();
  await simulator.close();
  await server.cleanup();
});
// Between the two: hooks run in the order of their definition, and what uses the database is closed before it.
const heart = await startHeart(() => []);

beforeAll(async () => {
  simulator = await startSimulator({ noLimits: true });
  const env = { ...simulator.environment, ...onlyProviders('YAHOO', 'COINGECKO'), YAHOO_LIMITS: '600/min' };
  const log = createLogger({ name: 'test', level: 'silent' });
  const metrics = createMetrics('test', { own: false });
  const now = () => new Date();
  providers = openProviders({
    ...{ env: { ...env, COINGECKO_LIMITS: '600/min' }, pool: heart.pool, redis, prefix, log, metrics, now },
  });
  heart.world.asker = createAskerPort(providers.door, heart.pool);
  heart.world.lanes = createLanes(providers);
});

const accountOf = (name: string) =>
  providers.all.find(({ provider }) => provider.name === name)?.account as { keyHash: string };
const first = () => accountOf('coingecko');
const refreshed = async (symbols = COINS) => {
  await providers.watch.look();
  const id = await heart.ask('prices', { symbols, force_refresh: true });
  await heart.work();
  return recordOf(heart.pool, id);
};
const away = () => simulator.simulation.faults.add({ fault: 'outage', provider: 'coingecko' }, Date.now());

/** Its breaker is open, and the time is up after which it may be probed. */
async function failedAWhileAgo(times = 1, name = 'coingecko'): Promise<void> {
  const state = { is: 'open', times, until: Date.now() - 1, why: 'HTTP 503' };
  const key = `${prefix}:breaker:${name}:${accountOf(name).keyHash}`;
  await redis.set(key, JSON.stringify(state));
  await redis.del(`${key}:try`);
  await providers.watch.look();
}

/** What a good answer says of a provider is noted behind it. */
const wellAgain = () =>
  eventually(async () => {
    await providers.watch.look();
    expect(providers.watch.unproven()).toEqual([]);
  });

test('one that is back is found by one symbol, of however many plans, and is asked first again', async () => {
  expect(await refreshed()).toMatchObject({ status: 'success', providerCalls: { coingecko: 1 } });
  const fault = away();
  for (let again = 0; again < 4; again++)
    expect(await refreshed()).toMatchObject({ status: 'success', prices: COINS.length });
  expect(await providers.door.breaker.state(first() as never)).toMatchObject({ is: 'open' });
  expect((await refreshed()).providerCalls).toEqual({ yahoo: 1 });
  simulator.simulation.faults.remove(fault.id);
  await failedAWhileAgo();
  const ids = [];
  for (const symbols of [COINS.slice(0, 3), COINS.slice(3)]) {
    ids.push(await heart.ask('prices', { symbols, force_refresh: true }));
    expect(await heart.step('refresh')).toBe(true);
  }
  const { rows } = await heart.pool.query('select lane, count(*)::int as wants from wants group by lane order by lane');
  expect(rows).toEqual([
    { lane: 'coingecko', wants: 1 },
    { lane: 'yahoo', wants: 5 },
  ]);
  await heart.work();
  for (const id of ids)
    expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success', prices: 3, failed: 0 });
  await wellAgain();
  expect((await refreshed()).providerCalls).toEqual({ coingecko: 1 });
}, 30_000);

test('while it is still away the symbol is passed on after one attempt, and nobody else tries for a while', async () => {
  const fault = away();
  await failedAWhileAgo(3);
  expect(await refreshed()).toMatchObject({
    ...{ status: 'success', prices: COINS.length, failed: 0 },
    providerCalls: { coingecko: 1, yahoo: expect.any(Number) },
  });
  const after = await refreshed();
  expect(after).toMatchObject({ status: 'success', prices: COINS.length, providerCalls: { yahoo: 1 } });
  expect(after.providerCalls).not.toHaveProperty('coingecko');
  simulator.simulation.faults.remove(fault.id);
}, 30_000);

test('a long outage, which leaves a bad name, keeps nobody from asking it once it answers', async () => {
  await redis.hset(`${prefix}:health:coingecko:${first().keyHash}`, 'score', '0.1');
  await failedAWhileAgo(5);
  await refreshed();
  await wellAgain();
  expect((await refreshed()).providerCalls).toEqual({ coingecko: 1 });
}, 30_000);

test('one that would not be asked first is found to be back by a refresh that nobody waits for', async () => {
  await failedAWhileAgo(1, 'yahoo');
  const lanesOf = async (source: string) => {
    const id = await heart.ask('prices', { symbols: COINS, force_refresh: true });
    await heart.pool.query('update refreshes set source = $2 where id = $1', [id, source]);
    await heart.step('refresh');
    const { rows } = await heart.pool.query(
      'select lane, count(*)::int as wants from wants group by lane order by lane',
    );
    await heart.work();
    return rows;
  };
  expect(await lanesOf('manual')).toEqual([{ lane: 'coingecko', wants: 6 }]);
  expect(await lanesOf('schedule')).toEqual([
    { lane: 'coingecko', wants: 5 },
    { lane: 'yahoo', wants: 1 },
  ]);
  await wellAgain();
  expect(await providers.door.breaker.state(accountOf('yahoo') as never)).toEqual({ is: 'closed' });
}, 30_000);

test('one that limps has one attempt as well, while others have room', async () => {
  const fault = away();
  await redis.hset(`${prefix}:health:coingecko:${first().keyHash}`, 'score', '0.3');
  await redis.del(`${prefix}:breaker:coingecko:${first().keyHash}:try`);
  expect(await refreshed()).toMatchObject({
    ...{ status: 'success', prices: COINS.length },
    providerCalls: { coingecko: 1, yahoo: expect.any(Number) },
  });
  simulator.simulation.faults.remove(fault.id);
}, 30_000);

test('one that says that it was too much is not waited for, and is not tried before the time that it says', async () => {
  // So short that one in good standing would be waited for, and longer than this story takes.
  const settings = { s: 14 };
  const fault = simulator.simulation.faults.add({ fault: 'rate-limited', provider: 'coingecko', settings }, Date.now());
  await failedAWhileAgo();
  expect(await refreshed()).toMatchObject({
    ...{ status: 'success', prices: COINS.length, failed: 0 },
    providerCalls: { coingecko: 1, yahoo: expect.any(Number) },
  });
  await failedAWhileAgo();
  expect(providers.watch.unproven()).toEqual([]);
  simulator.simulation.faults.remove(fault.id);
  // The next story begins as if that time were over.
  expect(await redis.hdel(`${prefix}:quota:coingecko:${first().keyHash}`, 'parked')).toBe(1);
}, 30_000);

test('nor is one whose quota leaves no room when the symbol is there', async () => {
  await eventually(async () => {
    await failedAWhileAgo();
    expect(providers.watch.unproven()).toEqual(['coingecko']);
  });
  const id = await heart.ask('prices', { symbols: COINS, force_refresh: true });
  await heart.step('refresh');
  await providers.ledger.park('coingecko', 14_000, 'too many');
  await heart.work();
  const record = await recordOf(heart.pool, id);
  expect(record).toMatchObject({ status: 'success', prices: COINS.length, failed: 0 });
  expect(record.providerCalls).not.toHaveProperty('coingecko');
}, 30_000);
