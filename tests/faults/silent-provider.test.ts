import {
  accountsOf,
  createAsker,
  createLedger,
  type Asker,
  type ProviderSettings,
  providerSettings,
  PROVIDERS,
} from '@freshet/providers';
import { createLogger, providerConfigs, readConfig } from '@freshet/runtime';
import { createUsage } from '@freshet/store';
import { testRedis } from '@freshet/testing';
import { type RunningSimulator, startSimulator } from '../../apps/simulator/src/start.ts';
import { createAskerPort } from '../../apps/worker/src/asker.ts';
import { providerConfiguration } from '../../apps/worker/src/config.ts';
import { itemsOf, recordOf, startHeart } from '../heart/heart.ts';

/** A provider that takes the connection and never says a word: the real calls over the real record, with a time limit of a second in place of 30. */
const CALL_MS = 1_000;
const SYMBOLS = ['BTC-USD', 'ETH-USD', 'SOL-USD'];
const server = testRedis();
let simulator: RunningSimulator;
let door: Asker;
let yahoo: ProviderSettings;

afterAll(async () => {
  door.close();
  await simulator.close();
  await server.cleanup();
});
// Between the two: hooks run in the order of their definition, and what uses the database is closed before it.
const heart = await startHeart(() => [
  { name: 'yahoo', batch: 50 },
  { name: 'coingecko', batch: 50 },
]);

beforeAll(async () => {
  simulator = await startSimulator({ noLimits: true });
  const configs = providerConfigs(
    readConfig(providerConfiguration, { ...simulator.environment, YAHOO_LIMITS: '240/min' }),
  );
  const providers = providerSettings(PROVIDERS, configs).filter(({ provider }) =>
    ['yahoo', 'coingecko'].includes(provider.name),
  );
  yahoo = providers.find(({ provider }) => provider.name === 'yahoo') as ProviderSettings;
  const redis = server.client();
  const shared = { redis, prefix: `${server.prefix}:` };
  const ledger = createLedger({ ...shared, usage: createUsage(heart.pool), accounts: accountsOf(providers) });
  const logger = createLogger({ name: 'test', level: 'silent' });
  door = createAsker({ ...shared, providers, ledger, logger, callMs: CALL_MS, retryMs: 10 });
  heart.world.asker = createAskerPort(door, heart.pool);
});

const callsTo = (provider: string) =>
  [...simulator.simulation.log.calls()].filter((call) => call.provider === provider && call.endpoint === 'quote');
const refreshed = async () => {
  const id = await heart.ask('prices', { symbols: SYMBOLS, force_refresh: true });
  await heart.work();
  return recordOf(heart.pool, id);
};

test('who answers nothing is given up in time, the next provider serves, and no place stays taken', async () => {
  // Its handshake is behind it.
  expect(await refreshed()).toMatchObject({ status: 'success', prices: 3 });
  const before = callsTo('yahoo').length;
  const fault = simulator.simulation.faults.add({ fault: 'silence', provider: 'yahoo' }, Date.now());
  const begun = performance.now();
  const record = await refreshed();
  // One attempt, ended by the time limit: another would cost as much again.
  expect(performance.now() - begun).toBeLessThan(CALL_MS + 3_000);
  expect(callsTo('yahoo').length - before).toBe(1);
  expect(record).toMatchObject({ status: 'success', prices: 3, failed: 0, providerCalls: { yahoo: 1, coingecko: 1 } });
  const { rows } = await heart.pool.query(`select source, provenance -> 'chain' as chain from latest_quotes`);
  const chain = [{ provider: 'yahoo', reason: 'unavailable', detail: expect.stringContaining('no answer in time') }];
  expect(rows).toMatchObject(SYMBOLS.map(() => ({ source: 'coingecko', chain })));
  expect((await itemsOf(heart.pool, record.id)).map(({ state }) => state)).toEqual(SYMBOLS.map(() => 'updated'));
  expect((await heart.pool.query('select from wants')).rowCount).toBe(0);

  // More calls end in silence than may run at once: had they kept their places, none would be left.
  for (let n = 0; n < yahoo.concurrency; n++) {
    // Half of its last answers failed: the breaker would let it be probed in 10 s.
    await door.breaker.close(yahoo.account);
    expect((await refreshed()).providerCalls).toMatchObject({ yahoo: 1, coingecko: 1 });
  }
  await door.breaker.close(yahoo.account);
  simulator.simulation.faults.remove(fault.id);
  expect(await refreshed()).toMatchObject({ status: 'success', providerCalls: { yahoo: 1 } });
}, 30_000);
