import { PRIORITIES } from '@freshet/contracts';
import fc from 'fast-check';
import type { QuotaWindow } from '../provider.ts';
import { type Arrival, mostCounted } from './arrivals.fixture.ts';
import type { Grant } from './ledger.ts';
import { ask, testLedgers, TIMEOUT } from './ledger.fixture.ts';

const { tested, end } = testLedgers();
afterAll(end);

/** One thing that happens. Moments within a call are given as parts of its length. */
type Happening =
  | { kind: 'wait'; ms: number }
  | { kind: 'take'; cost: number; rank: number; patience: boolean; answerMs: number; arrives: number; fate: Fate }
  | { kind: 'park'; ms: number }
  | { kind: 'wipe' };

/**
 * After a kill or a wipe nobody knows of a call that is out. What was sent by then arrives within this time: the one
 * thing that the ledger has to believe of the network. Otherwise a call may arrive at any moment until its answer.
 */
const ON_THE_WIRE = 1000;

/** `dies`: the worker is killed while the call is out. `learns`: the answer carries the provider's true count. */
type Fate = 'answered' | 'dies' | 'never sent' | 'partly used' | 'learns';

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(20_000) }) },
  {
    weight: 60,
    arbitrary: fc.record({
      kind: fc.constant('take' as const),
      cost: fc.integer({ min: 1, max: 4 }),
      rank: fc.constantFrom(...Object.values(PRIORITIES)),
      patience: fc.boolean(),
      answerMs: fc.nat(TIMEOUT),
      arrives: fc.double({ min: 0, max: 1, noNaN: true }),
      fate: fc.constantFrom<Fate>('answered', 'answered', 'answered', 'dies', 'never sent', 'partly used', 'learns'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('park' as const), ms: fc.nat(5000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wipe' as const) }) },
);

const window: fc.Arbitrary<QuotaWindow> = fc.oneof(
  fc.record({
    limit: fc.integer({ min: 4, max: 12 }),
    perSeconds: fc.constantFrom(1, 10, 60, 90),
    counts: fc.constantFrom('calls' as const, 'cost' as const),
  }),
  fc.record({
    limit: fc.integer({ min: 10, max: 40 }),
    perSeconds: fc.constant(86_400),
    resets: fc.constantFrom(undefined, { every: 'day' as const, hour: 0, zone: 'UTC' }),
    counts: fc.constantFrom('calls' as const, 'cost' as const),
  }),
);
const windows = fc.uniqueArray(window, { minLength: 1, maxLength: 3, selector: (one) => one.perSeconds });

/** Shortly before midnight, so that the reset lies in the middle of what happens. */
const START = Date.parse('2026-03-10T23:57:00Z');

async function happen(limits: QuotaWindow[], story: Happening[]): Promise<Arrival[]> {
  const { ledger, clock, wipe } = tested(limits, { start: START });
  const arrivals: Arrival[] = [];
  const forgotten = story.some(({ kind }) => kind === 'wipe');

  async function take(step: Happening & { kind: 'take' }): Promise<void> {
    let reply = await ledger.take(ask({ cost: step.cost, rank: step.rank }));
    for (let turn = 0; !reply.granted && step.patience && turn < 3; turn++) {
      // Whoever asks again at the very moment that it was told is the hardest to refuse rightly.
      if (reply.retryInMs > 300_000) return;
      await clock.runUntil(clock.now + reply.retryInMs);
      reply = await ledger.take(ask({ cost: step.cost, rank: step.rank }));
    }
    if (reply.granted) send(step, reply);
  }

  function send(step: Happening & { kind: 'take' }, grant: Grant): void {
    if (step.fate === 'never sent') {
      clock.after(step.answerMs / 10, () => ledger.giveBack(grant));
      return;
    }
    const cost = step.fate === 'partly used' ? 1 : grant.cost;
    if (step.fate === 'partly used') clock.after(0, () => ledger.giveBack(grant, cost));
    // Sent before the next moment passes, it arrives at any time until its answer.
    const longest = forgotten || step.fate === 'dies' ? Math.min(ON_THE_WIRE, step.answerMs) : step.answerMs;
    const at = clock.now + Math.floor(step.arrives * longest);
    clock.after(at - clock.now, () => void arrivals.push({ at, cost }));
    if (step.fate === 'dies') return;
    clock.after(step.answerMs, () => ledger.settle(grant, step.fate === 'learns' ? trueCounts(at) : []));
  }

  /** What the provider says when a call arrives: its own count, of the windows that slide. */
  function trueCounts(at: number) {
    return limits
      .filter((limit) => !limit.resets)
      .map((limit) => {
        const seen = arrivals.filter((one) => one.at <= at && one.at >= at - limit.perSeconds * 1000);
        const used = seen.reduce((sum, { cost }) => sum + (limit.counts === 'cost' ? cost : 1), 0);
        return { perSeconds: limit.perSeconds, counts: limit.counts, limit: limit.limit, used };
      });
  }

  for (const step of story) {
    if (step.kind === 'wait') await clock.runUntil(clock.now + step.ms);
    else if (step.kind === 'park') await ledger.park('tested', step.ms, '429');
    else if (step.kind === 'wipe') await wipe();
    else await take(step);
  }
  await clock.runUntil(clock.now + TIMEOUT);
  return arrivals;
}

test('whatever happens, no window is ever exceeded as the provider counts arrivals', async () => {
  let most = 0;
  await fc.assert(
    fc.asyncProperty(windows, fc.array(happening, { minLength: 30, maxLength: 90 }), async (limits, story) => {
      const arrivals = await happen(limits, story);
      for (const limit of limits) {
        const counted = mostCounted(arrivals, limit);
        most = Math.max(most, counted / limit.limit);
        expect({ limit, counted: Math.min(counted, limit.limit) }).toEqual({ limit, counted });
      }
    }),
    { numRuns: 50, seed: 20261120 },
  );
  // The stories do go to the edge: a ledger that granted nothing would pass the rest.
  expect(most).toBe(1);
});
