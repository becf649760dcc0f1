import { setTimeout as sleep } from 'node:timers/promises';
import { createPlaces, NotSent } from './places.ts';

const later = () => ({ endsBy: performance.now() + 60_000 });

test('calls are sent apart where the provider wants it, and no more at once than it allows', async () => {
  const places = createPlaces(2, 100, 30_000);
  const beganMs: number[] = [];
  let atOnce = 0;
  let most = 0;
  const call = async () => {
    beganMs.push(performance.now());
    most = Math.max(most, ++atOnce);
    await sleep(350);
    atOnce -= 1;
  };
  await Promise.all([1, 2, 3, 4].map(() => places.run(call, later())));
  const apart = beganMs.slice(1).map((at, i) => at - (beganMs[i] ?? 0));
  for (const ms of apart) expect(ms).toBeGreaterThanOrEqual(50);
  expect(most).toBe(2);
});

test('a call is given the time of its grant, and no more than any call may take', async () => {
  const places = createPlaces(2, 0, 5_000);
  const leftOf = (endsBy: number) => places.run(async (leftMs) => leftMs, { endsBy });
  expect(await leftOf(performance.now() + 60_000)).toBe(5_000);
  const left = await leftOf(performance.now() + 3_000);
  expect(left).toBeGreaterThan(1_000);
  expect(left).toBeLessThanOrEqual(3_000);
  await expect(leftOf(performance.now() + 900)).rejects.toThrow(NotSent);
});

test('a call that never ends gives its place back all the same, in time for the next', async () => {
  const places = createPlaces(1, 0, 100);
  await expect(places.run(() => new Promise(() => {}), later())).rejects.toThrow(/timed out/);
  expect(await places.run(async () => 'answered', later())).toBe('answered');
}, 20_000);
