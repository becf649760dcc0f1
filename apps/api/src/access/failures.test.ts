import { createFailures } from './failures.ts';

const wrong = () => Promise.resolve(null);
const right = () => Promise.resolve('somebody');
const tooMany = { code: 'too_many_failures' };

test('an address with many wrong keys is refused what is wrong, not what is right, for a minute', async () => {
  let now = 0;
  const failures = createFailures(() => now);
  for (let i = 0; i < 30; i++) expect(await failures.counted('a', wrong)).toBeNull();
  await expect(failures.counted('a', wrong)).rejects.toMatchObject({
    ...tooMany,
    options: { headers: { 'retry-after': '60' } },
  });
  expect(await failures.counted('a', right)).toBe('somebody');
  expect(await failures.counted('b', wrong)).toBeNull();
  now = 60_000;
  expect(await failures.counted('a', wrong)).toBeNull();
});

test('a flood of wrong keys looks four up at a time', async () => {
  const failures = createFailures(() => 0);
  for (let i = 0; i < 30; i++) await failures.counted('a', wrong);
  let [lookedUp, release] = [0, () => {}];
  const held = new Promise<null>((resolve) => {
    release = () => resolve(null);
  });
  const flood = Array.from({ length: 100 }, () =>
    failures.counted('a', () => {
      lookedUp++;
      return held;
    }),
  );
  const answers = Promise.allSettled(flood);
  expect(lookedUp).toBe(4);
  release();
  expect((await answers).every(({ status }) => status === 'rejected')).toBe(true);
  expect(await failures.counted('a', right)).toBe('somebody');
});
