import { follow } from './follow.ts';
import type { Job } from './outcome.ts';
import type { Landed, World } from './ports.ts';

const nothing: Landed = { changed: [], ended: [], follow: [], next: [], passedOn: {}, fencedOut: 0 };
const away = new Error('Postgres is away');

/** Calculations that do as told, and what came of them. */
function world(run: World['calculations']['run']) {
  const seen = { failed: [] as string[], rung: [] as string[] };
  const world = {
    record: {
      isAway: (error: unknown) => error === away,
      failCalculations: async (id: string, detail: string) => {
        seen.failed.push(`${id}: ${detail}`);
        return { ...nothing, next: [{ id: 'ref_next', rank: 20, traceparent: null }] };
      },
    },
    ring: {
      changed: () => {},
      refreshes: async (refreshes: { id: string }[]) => void seen.rung.push(...refreshes.map(({ id }) => id)),
    },
    calculations: { run },
    log: { info: () => {} },
  } as unknown as World;
  return { world, seen };
}

const job = (more: Partial<Job> = {}): Job => ({
  ...{ id: 'job', attempt: 3, lastAttempt: true, signal: new AbortController().signal, log: async () => {}, ...more },
});

test.each([
  [true, { kind: 'snoozed', forMs: 1 }],
  [false, { kind: 'done' }],
])('a share with more to do (%s) lets others go first, and comes again', async (more, outcome) => {
  expect(await follow('ref_1', job(), world(async () => ({ more })).world)).toEqual(outcome);
});

test('each commit is followed up at once', async () => {
  const { world: of, seen } = world(async ({ committed }) => {
    await committed({ ...nothing, next: [{ id: 'ref_2', rank: 20, traceparent: null }] });
    return { more: false };
  });
  await follow('ref_1', job(), of);
  expect(seen.rung).toEqual(['ref_2']);
});

const broken = new Error('no rate for EUR');

test('calculations that fail three times fail for good: the refresh ends, the next of its kind is rung, the job rests', async () => {
  const { world: of, seen } = world(() => Promise.reject(broken));
  expect(await follow('ref_1', job(), of)).toEqual({ kind: 'failed', error: broken });
  expect(seen).toEqual({ failed: ['ref_1: no rate for EUR'], rung: ['ref_next'] });
});

test.each<[string, Partial<Job>, Error]>([
  ['before the last attempt', { lastAttempt: false }, broken],
  ['when the job was only stopped', { signal: AbortSignal.abort() }, broken],
  ['when Postgres was away', {}, away],
])('%s an error fails no calculation', async (_, more, error) => {
  const { world: of, seen } = world(() => Promise.reject(error));
  await expect(follow('ref_1', job(more), of)).rejects.toBe(error);
  expect(seen.failed).toEqual([]);
});
