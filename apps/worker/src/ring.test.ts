import { PRIORITIES } from '@freshet/contracts';
import { createRing } from './ring.ts';

/** A producer that notes what it is told, and fails when it is to. */
function ringing({ redisIsAway = false } = {}) {
  const told: string[] = [];
  const says = (what: string) => async (subject: unknown) => {
    if (redisIsAway) throw new Error('Redis is away');
    told.push(`${what} ${typeof subject === 'string' ? subject : JSON.stringify(subject)}`);
  };
  const producer = {
    ...{ ringNext: says('next'), ringFollow: says('follow'), ringLane: says('lane'), unparkLane: says('unpark') },
  };
  const hints = {
    announce: ({ refreshId }: { refreshId: string }, urgent: boolean) => void told.push(`${refreshId} ${urgent}`),
  };
  const warned: unknown[] = [];
  const log = { warn: (fields: unknown) => void warned.push(fields) };
  const poke = () => void told.push('poke');
  const ring = createRing({ producer, hints, poke, log } as unknown as Parameters<typeof createRing>[0]);
  return { ring, told, warned };
}

test.each<[string, number | undefined, number | undefined, string[]]>([
  ['for a user', PRIORITIES.medium, undefined, ['lane yahoo', 'unpark yahoo']],
  ['for a schedule', PRIORITIES.low, undefined, ['lane yahoo']],
  ['for nobody in particular', undefined, undefined, ['lane yahoo']],
  ['only to be filled up', PRIORITIES.high, 2, ['lane yahoo']],
])(
  'a lane that is rung %s is looked at again at once, or when its parking is over',
  async (_, rank, upTo, expected) => {
    const { ring, told } = ringing();
    await ring.lane('yahoo', 1, rank, upTo);
    expect(told).toEqual(expected);
  },
);

test('while Redis is away no ring fails the work that was committed before it', async () => {
  const { ring, told, warned } = ringing({ redisIsAway: true });
  await ring.lane('yahoo', 1, PRIORITIES.high);
  await ring.refreshes([{ id: 'ref_1', rank: PRIORITIES.high }]);
  await ring.follow('ref_1', PRIORITIES.high, { shares: 1, traceparent: null });
  expect([told, warned]).toMatchObject([[], [{ queue: 'yahoo' }]]);
});

test('who waits for an end hears of it at once, of progress a little later; the relay is woken for what somebody waits for', () => {
  const { ring, told } = ringing();
  const changed = [
    { refreshId: 'ref_1', seq: 2 },
    { refreshId: 'ref_2', seq: 7 },
  ];
  const ended = [{ refreshId: 'ref_2', requestId: null }];
  ring.changed({ changed, ended }, { relay: true });
  expect(told.splice(0)).toEqual(['ref_1 false', 'ref_2 true', 'poke']);
  ring.changed({ changed, ended: [] }, { relay: false });
  expect(told.splice(0)).toEqual(['ref_1 false', 'ref_2 false']);
  ring.changed({ changed: [], ended: [] }, { relay: true });
  expect(told).toEqual([]);
});
