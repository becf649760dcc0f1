import { type Redis, redisProducer, whenReady } from '@freshet/runtime';
import { eventually, type FaultyProxy, faultyProxy, ownRedis, type OwnServer } from '@freshet/testing';
import { ask, granted, refused, spend, takeAll } from './ledger.fixture.ts';
import { createLedger } from './redis-ledger.ts';
import { usageInMemory } from './usage.ts';

/** A replica takes over that never heard of its master's last grants. On the clock of Redis: it is real servers that are told apart. */
const LIMIT = 8;
const WINDOW_S = 6;
const account = { provider: 'tested', keyHash: 'k', windows: [{ limit: LIMIT, perSeconds: WINDOW_S }] };
const parked = { ...account, provider: 'parked' };
const usage = usageInMemory();
let [master, replica]: OwnServer[] = [];
let between: FaultyProxy;

beforeAll(async () => {
  master = await ownRedis({ settings: { 'repl-diskless-sync-delay': '0' } });
  between = await faultyProxy({ target: master.url });
  replica = await ownRedis({ settings: { masterauth: new URL(master.url).password } });
}, 60_000);
afterAll(async () => {
  await Promise.all([replica?.remove(), master?.remove()]);
  await between.close();
}, 30_000);

async function connected(server: OwnServer | undefined): Promise<Redis> {
  const redis = redisProducer(server?.url ?? '');
  await whenReady(redis, 10_000);
  return redis;
}
const ledgerOn = (redis: Redis) => createLedger({ redis, prefix: 'promoted:', usage, accounts: [account, parked] });

test('what its master granted last is unknown to a replica that takes over: windows count as full for one length', async () => {
  const [first, second] = [await connected(master), await connected(replica)];
  await second.call('REPLICAOF', '127.0.0.1', between.port);
  const ledger = ledgerOn(first);
  await spend(ledger, 1);
  expect(await ledger.take({ ...ask(), provider: 'parked' })).toMatchObject({ granted: true });
  await ledger.park('parked', 60_000, 'told so', 'quota_spent');
  await eventually(async () => expect(await second.info('replication')).toContain('master_link_status:up'), {
    withinMs: 20_000,
  });
  await first.call('WAIT', 1, 5_000);

  between.blackhole();
  expect(await takeAll(ledger)).toHaveLength(LIMIT - 1);
  const grantedAt = performance.now();
  first.disconnect();
  await master?.kill9();
  await second.call('REPLICAOF', 'NO', 'ONE');

  const successor = ledgerOn(second);
  expect((await refused(successor)).because).toMatch(/lost with Redis/);
  // Until all that was granted has left the provider's window nothing is; then it begins empty, for every process.
  const one = await eventually(() => granted(ledgerOn(second)), { withinMs: 20_000, everyMs: 50 });
  expect(performance.now() - grantedAt).toBeGreaterThan(WINDOW_S * 1_000);
  expect([one, ...(await takeAll(successor))]).toHaveLength(LIMIT);
  expect((await refused(successor)).because).not.toMatch(/lost with Redis/);
  // What the provider itself has said stands.
  expect((await successor.look('parked')).parked?.why).toBe('told so');
  expect(await successor.take({ ...ask(), provider: 'parked' })).toMatchObject({ parkedFor: 'quota_spent' });
  second.disconnect();
}, 60_000);

test('a master that starts again has lost nothing: what it knew counts on', async () => {
  const before = await connected(replica);
  await eventually(async () => expect(await takeAll(ledgerOn(before))).toEqual([]));
  before.disconnect();
  await replica?.stop();
  await replica?.start();
  const after = await connected(replica);
  expect((await refused(ledgerOn(after))).because).toMatch(/are used/);
  after.disconnect();
}, 60_000);
