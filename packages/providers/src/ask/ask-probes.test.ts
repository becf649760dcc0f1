import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@freshet/testing';
import { accountOf, overAt403, rank, SECRET, testAskers } from './asker.fixture.ts';
import { answers, type Reply, twoSteps } from './toy.fixture.ts';
import { providerSettings } from '../settings.ts';

const { subject, failed, clear, end } = testAskers();
afterEach(clear);
afterAll(end);

test('a probe whose call is not made, or given up, is left to the next one', async () => {
  const { toy, asker, another, take } = await subject();
  await failed(toy);
  const other = another();
  const quote = { data: 'quote' as const, symbols: ['AAPL'] };
  for (const signal of [AbortSignal.abort(), AbortSignal.timeout(50)]) {
    const grant = await take();
    expect(grant.probe).toBe(true);
    expect(await other.take('toy', { cost: 1, rank })).toMatchObject({
      granted: false,
      because: expect.stringContaining('being probed'),
    });
    toy.next(() => {});
    await asker.ask('toy', quote, { grant, rank, signal });
  }
  await asker.ask('toy', quote, { grant: { ...(await take()), endsBy: performance.now() + 500 }, rank });
  const probe = await take();
  expect(probe.probe).toBe(true);
  await asker.giveBack(probe);
  expect((await take()).probe).toBe(true);
});

test('a probe that ends on the way to its question has told nothing, and is left to the next one', async () => {
  const { toy, ask, asker, admission } = await subject({ session: overAt403, limits: [{ limit: 4, perSeconds: 60 }] });
  await ask('A');
  // What came of it is noted behind its answer.
  await eventually(async () => expect((await asker.health.read(accountOf(toy))).lastSuccessAt).not.toBeNull());
  await failed(toy);
  // The quota leaves no room for another session.
  toy.next(answers(403));
  expect(await ask('A')).toMatchObject({ calls: 1, quotes: [] });
  expect(await admission()).toEqual({ admitted: true, probe: true });
  const narrow = await subject({ session: twoSteps, limits: [{ limit: 1, perSeconds: 60 }] });
  await failed(narrow.toy);
  narrow.toy.next(answers(200, 'cookie'));
  expect(await narrow.ask('A')).toMatchObject({ calls: 1, quotes: [] });
  expect(await narrow.admission()).toEqual({ admitted: true, probe: true });
});

test('a call that tells nothing leaves the probe of another alone', async () => {
  const { toy, asker, take } = await subject();
  const grant = await take();
  await failed(toy);
  expect((await take()).probe).toBe(true);
  await asker.ask('toy', { data: 'quote', symbols: ['A'] }, { grant, rank, signal: AbortSignal.abort() });
  expect(await asker.take('toy', { cost: 1, rank })).toMatchObject({
    granted: false,
    because: expect.stringContaining('being probed'),
  });
});

test('a grant that was asked for before it was known that the provider fails goes back', async () => {
  const { toy, asker, take, used } = await subject();
  await asker.giveBack(await take());
  await failed(toy, 0);
  expect(await asker.take('toy', { cost: 1, rank })).toMatchObject({ granted: false, kind: 'unavailable' });
  expect(await used()).toBe(0);
});

test('a call for what others have room for is one attempt', async () => {
  const { toy, asker, take } = await subject();
  toy.next(answers(500), answers(500));
  const asked = await asker.ask('toy', { data: 'quote', symbols: ['A'] }, { grant: await take(), rank, brief: true });
  expect(asked).toMatchObject({ calls: 1, errors: [{ kind: 'unavailable' }] });
});

test('a probe whose grant could not be asked for is left to the next one', async () => {
  const { toy, asker, ledger } = await subject();
  await failed(toy);
  const { take } = ledger;
  ledger.take = () => Promise.reject(new Error('the record is away'));
  await expect(asker.take('toy', { cost: 1, rank })).rejects.toThrow('the record is away');
  ledger.take = take;
  expect(await asker.take('toy', { cost: 1, rank })).toMatchObject({ granted: true });
  expect(await asker.take('toy', { cost: 1, rank })).toMatchObject({ granted: false, kind: 'unavailable' });
});

test('who waits for a place holds no grant, and has the next one that is free', async () => {
  const { asker, take, toy, used } = await subject({ concurrency: 2 });
  const held: (() => void)[] = [];
  toy.next(
    ...Array.from(
      { length: 4 },
      (): Reply => (request, response) => {
        held.push(() => answers(200, { A: '1' })(request, response));
      },
    ),
  );
  const calls = Array.from({ length: 4 }, () =>
    asker.attend('toy', async () => {
      const grant = await take();
      return asker.ask('toy', { data: 'quote', symbols: ['A'] }, { grant, rank });
    }),
  );
  await eventually(() => expect(held).toHaveLength(2));
  expect(await asker.take('toy', { cost: 1, rank })).toMatchObject({ granted: false, kind: 'rate_limited' });
  await sleep(50);
  expect([toy.asked.length, await used()]).toEqual([2, 2]);
  for (let answered = 0; answered < 4; answered++) {
    await eventually(() => expect(held.length).toBeGreaterThan(answered));
    held[answered]?.();
  }
  for (const { quotes } of await Promise.all(calls)) expect(quotes).toHaveLength(1);
  expect(await used()).toBe(4);
});

test('a provider that fails is not asked any more, and its failing is told', async () => {
  const { ask, asker, toy, metrics } = await subject();
  // Prometheus sees no increase in a series that is born with its first count.
  expect(await metrics.text()).toMatch(/provider_requests_total\{provider="toy",outcome="bad_key",process="test"\} 0/);
  toy.next(...Array.from({ length: 6 }, () => answers(500)));
  await ask('AAPL');
  await ask('AAPL');
  const refused = await asker.take('toy', { cost: 1, rank });
  expect(refused).toMatchObject({ granted: false, kind: 'unavailable', because: 'HTTP 500' });
  expect(await metrics.text()).toContain(
    'provider_requests_total{provider="toy",outcome="unavailable",process="test"} 6',
  );
  const { account } = providerSettings([toy.provider], { TOY: { apiKey: SECRET } })[0] ?? {};
  const health = account && (await asker.health.read(account));
  expect(health).toMatchObject({ reliability: 0, lastError: { kind: 'unavailable', detail: 'HTTP 500' } });
});
