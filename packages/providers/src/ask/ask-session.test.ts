import { accountOf, overAt403, rank, testAskers } from './asker.fixture.ts';
import { answers, twoSteps } from './toy.fixture.ts';
import type { Grant } from '../quota/ledger.ts';
import { providerError } from '../wire/reading.ts';

const { subject, failed, clear, end } = testAskers();
afterEach(clear);
afterAll(end);

describe('a session', () => {
  const session = { session: twoSteps };
  const shakes = [answers(200, 'cookie-1'), answers(200, 'crumb-1')];

  test('is made once for a whole fleet, each of its calls with a grant of its own', async () => {
    const { toy, another, take, used } = await subject(session);
    toy.next(...shakes);
    const askers = [another(), another(), another()];
    const grants = await Promise.all(askers.map(() => take()));
    const asked = await Promise.all(
      askers.map((asker, n) =>
        asker.ask('toy', { data: 'quote', symbols: [`S${n}`] }, { grant: grants[n] as Grant, rank }),
      ),
    );
    expect(asked.flatMap(({ quotes }) => quotes)).toHaveLength(3);
    expect(toy.asked.filter((path) => path === '/cookie' || path === '/crumb')).toEqual(['/cookie', '/crumb']);
    expect(toy.asked.filter((path) => path.includes('crumb=crumb-1&cookie=cookie-1'))).toHaveLength(3);
    expect(await used()).toBe(5);
  });

  test('is made at once where the limit is as narrow as the calls that wait for it', async () => {
    const { toy, another, take, used } = await subject({ ...session, limits: [{ limit: 3, perSeconds: 60 }] });
    toy.next(...shakes);
    const askers = [another(), another(), another()];
    // All that the window allows is in the hands of calls that have no session yet.
    const grants = await Promise.all(askers.map(() => take()));
    await Promise.all(
      askers.map((asker, n) =>
        asker.ask('toy', { data: 'quote', symbols: [`S${n}`] }, { grant: grants[n] as Grant, rank }),
      ),
    );
    // Both steps went out, and one of the calls; the others are asked again when there is quota.
    expect(toy.asked.slice(0, 2)).toEqual(['/cookie', '/crumb']);
    expect(toy.asked).toHaveLength(3);
    expect(await used()).toBe(3);
  });

  test('ends in the middle where the limit leaves no room for its next step', async () => {
    const { toy, ask, used } = await subject({ ...session, limits: [{ limit: 1, perSeconds: 60 }] });
    toy.next(...shakes);
    expect(await ask('AAPL')).toMatchObject({ calls: 1, quotes: [] });
    expect([toy.asked, await used()]).toEqual([['/cookie'], 1]);
  });

  test('takes of the grant of a larger call no more than its steps cost', async () => {
    const { toy, ask, used } = await subject(session);
    toy.next(...shakes);
    expect((await ask('A', 'B', 'C')).quotes).toHaveLength(3);
    expect(await used()).toBe(5);
  });

  test('waits a little for the grants of its further steps, for it stands before everything else', async () => {
    const { toy, ask } = await subject({ ...session, limits: [{ limit: 1, perSeconds: 1 }] });
    toy.next(...shakes);
    await ask('AAPL');
    expect(toy.asked.slice(0, 2)).toEqual(['/cookie', '/crumb']);
  });

  test('that is refused is made anew, once', async () => {
    const { toy, ask } = await subject(session);
    toy.next(...shakes, answers(401), answers(200, 'cookie-2'), answers(200, 'crumb-2'));
    const asked = await ask('AAPL');
    expect(asked).toMatchObject({ calls: 6, quotes: [{ symbol: 'AAPL' }], errors: [] });
    expect(toy.asked.at(-1)).toContain('crumb=crumb-2');
  });

  test('that is over says nothing of the provider; one that is refused when it is new does', async () => {
    const { toy, ask, asker } = await subject({ session: overAt403 });
    await ask('A');
    toy.next(answers(403));
    expect(await ask('A')).toMatchObject({ calls: 4, quotes: [{ symbol: 'A' }] });
    expect((await asker.health.read(accountOf(toy))).lastError).toBeNull();
    toy.next(answers(403), answers(200, 'cookie'), answers(200, 'crumb'), answers(403));
    expect(await ask('A')).toMatchObject({ calls: 4, errors: [{ kind: 'bad_key' }] });
  });

  test('that is refused for good is not asked for again', async () => {
    const read = () => providerError('bad_key', 'no sessions for you');
    const steps = twoSteps.steps.map((step) => ({ ...step, read }));
    const { ask } = await subject({ session: { ...twoSteps, steps } });
    expect(await ask('A')).toMatchObject({ calls: 1, errors: [{ kind: 'bad_key' }] });
  });

  test('that is made again and again for a provider that refuses every question keeps nobody from leaving it alone', async () => {
    const { toy, ask, asker } = await subject(session);
    await ask('A');
    // The toy can't read it, as a provider's adapter can't read the refusal of a session that is new.
    for (let n = 0; n < 8; n++) {
      const refused = await asker.take('toy', { cost: 1, rank });
      if (!refused.granted) break;
      await asker.giveBack(refused);
      toy.next(answers(401), answers(200, `cookie-${n}`), answers(200, `crumb-${n}`), answers(401, 'throw'));
      await ask('A');
    }
    expect(await asker.take('toy', { cost: 1, rank })).toMatchObject({ granted: false, kind: 'unavailable' });
  });

  test('on the way to an unanswered probe does not say that the provider is well', async () => {
    const { toy, ask, asker } = await subject(session);
    await failed(toy);
    toy.next(...shakes, answers(500));
    await ask('A');
    expect(await asker.take('toy', { cost: 1, rank })).toMatchObject({ granted: false, because: 'HTTP 500' });
  });

  test('is made anew when the provider sends elsewhere for consent', async () => {
    const { ask, toy } = await subject({
      session: { ...twoSteps, expired: ({ headers }) => String(headers.location).includes('/consent') },
    });
    await ask('A');
    toy.next(answers(302, '', { location: 'https://guce.example.com/consent' }));
    expect((await ask('A')).quotes).toHaveLength(1);
    expect(toy.asked.filter((path) => path === '/crumb')).toHaveLength(2);
  });

  test('that can not be made leaves the call unmade and its grant given back', async () => {
    const { toy, ask, used } = await subject(session);
    toy.next(answers(500), answers(500), answers(500));
    const asked = await ask('AAPL');
    expect(asked).toMatchObject({ calls: 3, errors: [{ symbol: null, kind: 'unavailable' }] });
    expect(toy.asked).toEqual(['/cookie', '/cookie', '/cookie']);
    expect(await used()).toBe(3);
  });
});
