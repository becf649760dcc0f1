import type { World } from '@freshet/refresh';
import { acceptUnlimited, loadRefresh, newId } from '@freshet/store';
import { refreshToAccept, withDatabase } from '@freshet/testing';
import { giveUpPlan } from './give-up-plan.ts';

const { pool } = await withDatabase({ max: 2 });

const broken = new Error('no such kind');
const away = Object.assign(new Error('the database system is starting up'), { code: '57P03' });

async function givenUp(error: Error, lastAttempt: boolean) {
  const id = newId('refresh');
  await acceptUnlimited(pool, [refreshToAccept(id, { kind: 'prices' })]);
  const told: string[] = [];
  const ring = {
    changed: ({ ended }: { ended: { refreshId: string }[] }) => told.push(...ended.map((one) => one.refreshId)),
  };
  const world = { ring, log: { info: () => {} } } as unknown as World;
  const job = { data: { refreshId: id }, lastAttempt } as Parameters<typeof giveUpPlan>[1];
  await expect(giveUpPlan(error, job, { world, pool })).rejects.toBe(error);
  return { status: (await loadRefresh(pool, id))?.status, isTold: told.includes(id) };
}

test('a refresh that could not be planned fails after the last attempt, and who waits for it is told', async () => {
  expect(await givenUp(broken, true)).toEqual({ status: 'failed', isTold: true });
});

test.each<[string, Error, boolean]>([
  ['that is tried again', broken, false],
  ['that found no database', away, true],
])('one %s stays queued', async (_, error, lastAttempt) => {
  expect(await givenUp(error, lastAttempt)).toEqual({ status: 'queued', isTold: false });
});
