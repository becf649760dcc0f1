import type { TriedProvider } from '@freshet/contracts';
import { type Answered, lookAndAsk } from './look-and-ask.ts';
import type { Job } from '../outcome.ts';
import type { Ahead, CallGrant, CallRefusal, Claim, Landing, Settlement, World } from '../ports.ts';

const now = new Date('2026-11-20T15:00:00Z');

const claimed = (symbol: string, more: Partial<Claim> = {}): Claim => ({
  ...{ symbol, data: 'quote', class: 'equity', fence: 1, claims: 1, rank: 20, tried: [], freshAfter: now },
  ...{ refreshId: 'ref_1', from: null, to: null, batchCap: null, asset: null, stored: null, ...more },
});

const storedAt = (fetchedAt: Date): Claim['stored'] => ({
  ...{ price: '10', currency: 'USD', quoteTime: fetchedAt, fetchedAt, source: 'fmp' },
});

const ahead = (more: Partial<Ahead> = {}): Ahead => ({ data: 'quote', waiting: 1, rank: 20, others: false, ...more });

const granted = (more: Partial<CallGrant> = {}): CallGrant => ({
  ...{ granted: true, id: 'grant', provider: 'yahoo', cost: 100, nth: 1, endsBy: 0, ...more },
});
const refused: CallRefusal = { granted: false, retryInMs: 500, because: 'spent', kind: 'quota_spent' };

/** A lane of batches of ten, with what stands in it, and what is told of it; each list is used up from its beginning. */
interface Lane {
  peeks?: (Ahead | null)[];
  oldest?: Ahead;
  claims?: Claim[][];
  grants?: (CallGrant | CallRefusal)[];
  refusedForMs?: number;
  planning?: number[];
  unwell?: boolean;
  spare?: boolean;
}

function story(lane: Lane) {
  const seen = {
    peeks: 0,
    takes: [] as { rank: number; cost: number; atLeast: number }[],
    claims: [] as { data: string; limit: number; byAge: boolean; onlyRank?: number }[],
    asked: [] as { symbols: string[]; brief?: boolean; from?: string; to?: string; rank: number }[],
    rung: [] as number[],
    landed: [] as Settlement[],
    back: 0,
    paused: 0,
  };
  const next = <T>(list: T[] | undefined, otherwise: T): T =>
    list && list.length > 0 ? (list.shift() as T) : otherwise;
  const world = {
    record: {
      peek: async (_: string, __: string, { byAge }: { byAge: boolean }) => {
        if (byAge) return lane.oldest ?? null;
        seen.peeks++;
        return next(lane.peeks, null);
      },
      claim: async (_: string, __: string, ask: (typeof seen.claims)[number]) => {
        seen.claims.push(ask);
        return next(lane.claims, []);
      },
      land: async ({ settlements }: Landing) => {
        seen.landed.push(...settlements);
        return { changed: [], ended: [], follow: [], next: [], passedOn: {}, fencedOut: 0 };
      },
    },
    lanes: {
      planning: () => next(lane.planning, 0),
      isUnwell: () => lane.unwell ?? false,
      chain: () => (lane.spare ? ['finnhub'] : []),
      room: () => 100,
    },
    asker: {
      refusedForMs: () => lane.refusedForMs ?? 0,
      take: async (_: string, ask: (typeof seen.takes)[number]) => {
        seen.takes.push(ask);
        return next(lane.grants, granted());
      },
      giveBack: async () => void seen.back++,
      ask: async (_: unknown, ask: (typeof seen.asked)[number]) => {
        seen.asked.push(ask);
        return {};
      },
    },
    ring: { changed: () => {}, lane: async (_: string, calls: number) => void seen.rung.push(calls) },
    now: () => now,
    pause: async () => void seen.paused++,
    log: { info: () => {}, warn: () => {} },
  } as unknown as World;
  const yahoo = { name: 'yahoo', batchBest: (data: string) => (data === 'quote' ? 10 : 1), cost: costs };
  const ask = (job: Partial<Job> = {}) =>
    lookAndAsk(
      yahoo,
      {
        ...{ id: 'job', attempt: 1, lastAttempt: false, signal: new AbortController().signal },
        log: async () => {},
        ...job,
      },
      world,
    );
  return { seen, ask };
}
/** A quote costs one unit, bars cost fifty. */
const costs = (data: string, symbols: number) => symbols * (data === 'quote' ? 1 : 50);

test('a lane that this process knows to be refused is neither looked at nor asked for a grant', async () => {
  const { seen, ask } = story({ refusedForMs: 300 });
  expect(await ask()).toEqual({ kind: 'parked', forMs: 300 });
  expect([seen.peeks, seen.takes.length]).toEqual([0, 0]);
});

test('whoever has planned makes the call without a look, unless others are being planned: then they may be company', async () => {
  const headStart = { lane: 'yahoo', ahead: ahead() };
  const alone = story({ claims: [[claimed('AAPL')]] });
  await alone.ask({ headStart });
  expect(alone.seen.peeks).toBe(0);
  const [few, more] = [ahead(), ahead({ waiting: 4 })];
  const together = story({ planning: [1, 1, 0], peeks: [few, more], claims: [[claimed('AAPL')]] });
  await together.ask({ headStart });
  expect([together.seen.peeks, together.seen.takes]).toEqual([2, [{ rank: 20, cost: 4, atLeast: 1 }]]);
});

test('company is waited for a hundredth of a second at most, and not by a call that is full', async () => {
  const [slow, full] = [
    story({ planning: Array(50).fill(1), peeks: [ahead(), ahead()], claims: [[claimed('AAPL')]] }),
    story({ planning: Array(50).fill(1), peeks: [ahead({ waiting: 10 })], claims: [[claimed('AAPL')]] }),
  ];
  await slow.ask();
  await full.ask();
  expect([slow.seen.paused, slow.seen.peeks, full.seen.paused]).toEqual([5, 2, 0]);
});

test('what a call left behind is asked for at its rank, and only that is claimed', async () => {
  const { seen, ask } = story({ claims: [[claimed('AAPL')]] });
  await ask({ left: ahead({ rank: 30 }) });
  expect([seen.peeks, seen.claims[0]?.onlyRank]).toEqual([0, 30]);
});

test('refused what it left behind, it looks again: the more urgent may be granted it', async () => {
  const { seen, ask } = story({ grants: [refused], peeks: [ahead({ rank: 10 })], claims: [[claimed('AAPL')]] });
  await ask({ left: ahead({ rank: 30 }) });
  expect(seen.takes.map(({ rank }) => rank)).toEqual([30, 10]);
});

test.each([
  ['other data', ahead({ data: 'bars' })],
  ['another rank', ahead({ rank: 10 })],
])('where %s is first meanwhile, the grant goes back and the lane is looked at again', async (_, first) => {
  const { seen, ask } = story({ peeks: [first, first], claims: [[], [claimed('AAPL')]] });
  await ask({ left: ahead({ rank: 30 }) });
  expect([seen.back, seen.takes.length, seen.asked.length]).toEqual([1, 2, 1]);
});

test('a call takes what its grant pays for, and no more', async () => {
  const { seen, ask } = story({
    peeks: [ahead({ waiting: 8 })],
    grants: [granted({ cost: 3 })],
    claims: [[claimed('AAPL')]],
  });
  await ask();
  expect(seen.claims[0]?.limit).toBe(3);
});

test('each tenth call of a lane where more waits is for what has waited longest, as far as its grant pays for that', async () => {
  const [full, bars] = [ahead({ waiting: 10 }), ahead({ data: 'bars' })];
  const turns = [
    story({ peeks: [full], oldest: bars, grants: [granted({ nth: 10 })], claims: [[claimed('AAPL')]] }),
    story({ peeks: [full], oldest: bars, grants: [granted({ nth: 10, cost: 49 })], claims: [[claimed('AAPL')]] }),
    story({ peeks: [full], oldest: bars, grants: [granted({ nth: 9 })], claims: [[claimed('AAPL')]] }),
    story({ peeks: [ahead()], oldest: bars, grants: [granted({ nth: 10 })], claims: [[claimed('AAPL')]] }),
  ];
  for (const { ask } of turns) await ask();
  expect(turns.map(({ seen }) => seen.claims.map(({ data, byAge }) => [data, byAge]))).toEqual([
    [['bars', true]],
    [['quote', true]],
    [['quote', false]],
    [['quote', false]],
  ]);
});

test.each<[string, Partial<Claim>, string]>([
  ['came fresh enough meanwhile, to the very moment, needs no call', { stored: storedAt(now) }, 'already_fresh'],
  ['came a moment too early is asked for', { stored: storedAt(new Date(now.getTime() - 1)) }, 'asked'],
  ['is bars is not judged by a quote', { data: 'bars', stored: storedAt(now) }, 'asked'],
  ['five calls have died with is asked for once more', { claims: 5 }, 'asked'],
  ['six calls would have died with is poison', { claims: 6 }, 'given_up'],
])('what %s', async (_, more, becomes) => {
  const { seen, ask } = story({ peeks: [ahead()], claims: [[claimed('KO', more)]] });
  await ask();
  expect([...seen.landed.map(({ outcome }) => outcome), ...seen.asked.map(() => 'asked')]).toEqual([becomes]);
  expect(seen.back).toBe(becomes === 'asked' ? 0 : 1);
});

test('more than one call takes: the first of a job sees to it that others are at it, and its job goes on at the rank of the least urgent', async () => {
  const claims = () => [[claimed('AAPL', { rank: 10 }), claimed('KO', { rank: 30 })]];
  const [first, later] = [story({ peeks: [ahead({ waiting: 10 })], claims: claims() }), story({ claims: claims() })];
  const answered = (await first.ask()) as Answered;
  await later.ask({ left: ahead({ waiting: 10 }) });
  expect([answered.left?.rank, first.seen.rung, later.seen.rung]).toEqual([30, [2], []]);
  expect(first.seen.asked[0]?.rank).toBe(10);
});

test('one call asks for the range that holds the ranges of all', async () => {
  const { seen, ask } = story({
    peeks: [ahead({ data: 'bars', waiting: 2 })],
    claims: [
      [
        claimed('AAPL', { data: 'bars', from: '2024-11-01', to: '2026-11-18' }),
        claimed('KO', { data: 'bars', from: '2024-10-01', to: '2026-11-19' }),
      ],
    ],
  });
  await ask();
  expect(seen.asked).toMatchObject([{ from: '2024-10-01', to: '2026-11-19' }]);
});

const failedTwice: TriedProvider[] = [
  { provider: 'fmp', reason: 'unavailable' },
  { provider: 'finnhub', reason: 'malformed' },
];

test.each<[string, boolean, Lane]>([
  ['that is well', false, { claims: [[claimed('AAPL')]], spare: true }],
  ['that probes, where somebody else has room', true, { grants: [granted({ probe: true })], spare: true }],
  ['that probes, where nobody else has', false, { grants: [granted({ probe: true })] }],
  ['that has failed, where somebody else has room', true, { unwell: true, spare: true }],
  ['for what two have failed for', true, { claims: [[claimed('AAPL', { tried: failedTwice })]] }],
  ['for something else beside that', false, { claims: [[claimed('AAPL', { tried: failedTwice }), claimed('KO')]] }],
])('a provider %s gets one short attempt: %s', async (_, brief, lane) => {
  const { seen, ask } = story({ peeks: [ahead()], claims: [[claimed('AAPL')]], ...lane });
  const { unwell } = (await ask()) as Answered;
  expect([seen.asked[0]?.brief, unwell]).toEqual([brief, lane.unwell ?? lane.grants !== undefined]);
});

test('nothing left to claim: the grant goes back, and the lane is rung where something waits behind', async () => {
  const [behind, none] = [story({ peeks: [ahead(), ...Array<Ahead>(60).fill(ahead())] }), story({ peeks: [ahead()] })];
  expect([await behind.ask(), await none.ask()]).toEqual([{ kind: 'done' }, { kind: 'done' }]);
  expect([behind.seen.rung, behind.seen.back, none.seen.rung, none.seen.back]).toEqual([[1], 1, [], 1]);
});

test('a read of stored closes that fails while the provider answers is heard after the answer, by its caller alone', async () => {
  const { ask, seen } = story({
    peeks: [ahead({ data: 'bars' })],
    claims: [[claimed('AAPL', { data: 'bars', from: '2026-11-10', to: '2026-11-19' })]],
  });
  await expect(ask()).rejects.toThrow();
  expect(seen.asked).toHaveLength(1);
});
