import type { World } from '@freshet/refresh';
import type { Pool } from '@freshet/store';
import { eventually } from '@freshet/testing';
import { watchOffLanes } from './off-lanes.ts';

const off = new Map([
  ['yahoo', 'Yahoo Finance is switched off'],
  ['fmp', 'FMP_API_KEY is not set'],
]);

/** A record in which wants stand in these lanes; what was asked of it. */
function looking(lanes: string[], fails = false) {
  const seen = { looks: 0, asked: [] as unknown[], cleared: [] as string[], warned: 0 };
  const pool = {
    query: async (_: string, [of]: unknown[]) => {
      seen.looks++;
      seen.asked.push(of);
      if (fails) throw new Error('Postgres is away');
      return { rows: lanes.map((lane) => ({ lane })) };
    },
  } as unknown as Pool;
  const record = {
    freeLane: async () => {},
    clearParkedLane: async (lane: string, { why }: { why: { detail: string } }) => {
      seen.cleared.push(`${lane}: ${why.detail}`);
      return { changed: [], ended: [], follow: [], next: [], passedOn: {}, fencedOut: 0 };
    },
  };
  const world = { record, ring: { changed: () => {} }, log: { info: () => {} } } as unknown as World;
  const log = { info: () => {}, warn: () => void seen.warned++ } as never;
  return { seen, watch: (of = off) => watchOffLanes(of, { world, pool, log }) };
}

test('what waits for providers that are off goes elsewhere as soon as a worker starts, with the reason why they are off', async () => {
  const { seen, watch } = looking(['yahoo', 'fmp']);
  const { stop } = watch();
  await eventually(async () => expect(seen.cleared).toHaveLength(2));
  stop();
  expect(seen.cleared).toEqual(['yahoo: Yahoo Finance is switched off', 'fmp: FMP_API_KEY is not set']);
  expect(seen.asked).toEqual([['yahoo', 'fmp']]);
});

test('where all are on nobody looks; while Postgres is away a worker starts all the same', async () => {
  const [none, away] = [looking([]), looking([], true)];
  none.watch(new Map()).stop();
  away.watch().stop();
  await eventually(async () => expect(away.seen.warned).toBe(1));
  expect(none.seen.looks).toBe(0);
});
