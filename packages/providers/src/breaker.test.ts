import { testRedis } from '@freshet/testing';
import { afterAnswer, type BreakerState, createBreaker } from './breaker.ts';

const NOW = Date.parse('2026-03-10T12:00:00Z');
const closed: BreakerState = { is: 'closed' };
const outcomes = (text: string) => [...text].map((one) => one === '+');
const failed = (recent: string) => ({ answer: 'failed' as const, recent: outcomes(recent), why: 'HTTP 500' });
const good = { answer: 'good' as const, recent: [true], why: '' };

describe('the breaker', () => {
  test('opens when half of the last answers failed, from five on', () => {
    expect(afterAnswer(closed, failed('----'), NOW)).toBe(closed);
    expect(afterAnswer(closed, failed('--+++'), NOW)).toBe(closed);
    expect(afterAnswer(closed, failed('---++'), NOW)).toEqual({
      is: 'open',
      since: NOW,
      times: 1,
      why: 'HTTP 500',
      until: NOW + 10_000,
    });
    expect(afterAnswer(closed, failed('-+-+-+-+-+-+-+-+-+-+'), NOW).is).toBe('open');
    // By an answer that failed, and by no other.
    expect(afterAnswer(closed, { ...failed('+----'), answer: 'good' }, NOW)).toBe(closed);
  });

  test('stays as it is for a quota that is spent, which is no failure', () => {
    expect(afterAnswer(closed, { ...failed('-----'), answer: 'neutral' }, NOW)).toBe(closed);
  });

  test('while open heeds only the answer to a probe: what was under way ends as it will', () => {
    const open = afterAnswer(closed, failed('-----'), NOW);
    expect(afterAnswer(open, good, NOW + 9999)).toBe(open);
    expect(afterAnswer(open, failed('-----'), NOW + 9999)).toBe(open);
    expect(afterAnswer(open, good, NOW + 10_000)).toEqual(closed);
  });

  test('backs off twice as long after each probe that fails, up to ten minutes', () => {
    let state = afterAnswer(closed, failed('-----'), NOW);
    const waits: number[] = [];
    for (let n = 0; n < 9; n++) {
      const at = state.is === 'closed' ? 0 : state.until;
      state = afterAnswer(state, failed('-----'), at);
      if (state.is !== 'closed') waits.push((state.until - at) / 1000);
    }
    expect(waits).toEqual([20, 40, 80, 160, 320, 600, 600, 600, 600]);
  });

  test('is off for an hour when the key was refused, at once, and longer when it is refused again', () => {
    const off = afterAnswer(closed, { answer: 'bad_key', recent: [], why: 'invalid key' }, NOW);
    expect(off).toEqual({ is: 'off', times: 1, why: 'invalid key', since: NOW, until: NOW + 3_600_000 });
    const again = afterAnswer(off, { answer: 'bad_key', recent: [], why: 'invalid key' }, NOW + 3_600_000);
    expect(again).toMatchObject({ is: 'off', times: 2, since: NOW, until: NOW + 3 * 3_600_000 });
    // What was under way says nothing new; and no probe is further off than a day.
    const refused = { answer: 'bad_key' as const, recent: [], why: 'invalid key' };
    expect(afterAnswer(off, refused, NOW + 1000)).toMatchObject({ times: 1, until: NOW + 1000 + 3_600_000 });
    const long = { ...off, times: 9, until: NOW };
    expect(afterAnswer(long, refused, NOW)).toMatchObject({ until: NOW + 24 * 3_600_000 });
    expect(afterAnswer(again, good, NOW + 3 * 3_600_000)).toEqual(closed);
  });
});

describe('the breaker that all processes share', () => {
  const server = testRedis();
  const redis = server.client();
  afterAll(() => server.cleanup());
  const key = { provider: 'tested', keyHash: 'k' };

  test('lets one probe go at a time, and everyone when it has succeeded', async () => {
    let now = NOW;
    const [one, other] = [1, 2].map(() => createBreaker({ redis, prefix: `${server.prefix}:1:`, now: () => now }));
    if (!one || !other) throw new Error('two breakers');
    expect(await one.admit(key)).toEqual({ admitted: true, probe: false });
    expect(await one.note(key, failed('-----'))).toMatchObject({ changed: true, state: { is: 'open' } });
    expect(await other.admit(key)).toEqual({ admitted: false, retryInMs: 10_000, because: 'HTTP 500' });
    now += 10_000;
    expect(await other.admit(key)).toEqual({ admitted: true, probe: true });
    expect(await one.admit(key)).toMatchObject({ admitted: false, retryInMs: 1000 });
    expect(await other.note(key, good)).toMatchObject({ changed: true, state: closed });
    expect(await one.admit(key)).toEqual({ admitted: true, probe: false });
  });

  test('lets another probe when the first was not made or told nothing', async () => {
    let now = NOW;
    const breaker = createBreaker({ redis, prefix: `${server.prefix}:2:`, now: () => now });
    await breaker.note(key, failed('-----'));
    now += 10_000;
    expect(await breaker.admit(key)).toMatchObject({ probe: true });
    await breaker.release(key);
    expect(await breaker.admit(key)).toMatchObject({ probe: true });
    await breaker.note(key, { ...failed('-----'), answer: 'neutral' });
    expect(await breaker.admit(key)).toMatchObject({ probe: true });
  });

  test('lets the next probe go when its time has come, though one before it failed or died', async () => {
    let now = NOW;
    const prefix = `${server.prefix}:5:`;
    const breaker = createBreaker({ redis, prefix, now: () => now });
    await breaker.note(key, failed('-----'));
    now += 10_000;
    expect(await breaker.admit(key)).toMatchObject({ probe: true });
    expect(await breaker.note(key, failed('-----'))).toMatchObject({ state: { times: 2 } });
    now += 20_000;
    expect(await breaker.admit(key)).toMatchObject({ probe: true });
    // A worker that dies with its probe keeps others from probing no longer than its call could take.
    const [probe = ''] = await redis.keys(`${prefix}*:probe`);
    expect(await redis.pttl(probe)).toBeGreaterThan(0);
    expect(await redis.pttl(probe)).toBeLessThanOrEqual(45_000);
    // Closed by hand, nothing of it is left for the next time that it fails.
    await breaker.close(key);
    expect(await redis.keys(`${prefix}*`)).toEqual([]);
  });

  test('lets one of all processes send a want to see, whatever it comes to', async () => {
    const two = [1, 2].map(() => createBreaker({ redis, prefix: `${server.prefix}:4:` }));
    expect(await Promise.all(two.map((breaker) => breaker.tryOne(key)))).toEqual([true, false]);
    const [nextInMs] = await Promise.all((await redis.keys(`${server.prefix}:4:*`)).map((of) => redis.pttl(of)));
    expect(nextInMs).toBeLessThanOrEqual(10_000);
    // Who wouldn't be first is no reason to leave alone whom it would.
    expect(await Promise.all(two.map((breaker) => breaker.tryOne(key, false)))).toEqual([true, false]);
  });

  test('counts one opening when many calls fail at once', async () => {
    const breaker = createBreaker({ redis, prefix: `${server.prefix}:3:`, now: () => NOW });
    const noted = await Promise.all(Array.from({ length: 10 }, () => breaker.note(key, failed('------'))));
    expect(noted.filter(({ changed }) => changed)).toHaveLength(1);
    expect(await breaker.state(key)).toMatchObject({ is: 'open', times: 1 });
    await breaker.close(key);
    expect(await breaker.state(key)).toEqual(closed);
  });
});
