import { createLogger, createMetrics } from '@freshet/runtime';
import { eventually, testRedis } from '@freshet/testing';
import { type RunningSimulator, startSimulator } from '../../apps/simulator/src/start.ts';
import { createAskerPort } from '../../apps/worker/src/asker.ts';
import { createLanes } from '../../apps/worker/src/lanes.ts';
import { type OpenProviders, openProviders } from '../../apps/worker/src/open-providers.ts';
import { type Heart, recordOf, startHeart } from '../heart/heart.ts';
import { onlyProviders } from '../simulator-log.ts';

/** A provider was away until its breaker opened, while another of its chain has quota to spare: the real choice and the real calls over the real record. */
const COINS = ['BTC-USD', 'ETH-USD', 'SOL-USD', 'ADA-USD', 'XRP-USD', 'LTC-USD'];
const server = testRedis();
const redis = server.client();
const prefix = server.prefix;
let simulator: RunningSimulator;
let heart: Heart;
let providers: OpenProviders;

beforeAll(async () => {
  simulator = await startSimulator({ noLimits: true });
  heart = await startHeart(() => []);
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
afterAll(async () => {
  providers.door.close();
  await simulator.close();
  await heart.close();
  await server.cleanup();
});

const first = () => providers.all.find(({ provider }) => provider.name === 'coingecko')?.account as { keyHash: string };
const refreshed = async (symbols = COINS) => {
  await providers.watch.look();
  const id = await heart.ask('prices', { symbols, force_refresh: true });
  await heart.work();
  return recordOf(heart.pool, id);
};
const away = () => simulator.simulation.faults.add({ fault: 'outage', provider: 'coingecko' }, Date.now());

/** Its breaker is open, and the time is up after which it may be probed. */
async function failedAWhileAgo(times = 1): Promise<void> {
  const state = { is: 'open', times, until: Date.now() - 1, why: 'HTTP 503' };
  await redis.set(`${prefix}:breaker:coingecko:${first().keyHash}`, JSON.stringify(state));
  await redis.del(`${prefix}:breaker:coingecko:${first().keyHash}:try`);
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
