import { createMemory } from './memory.ts';

const terms = (tags: string[], ttlS = 60) => {
  const now = Date.now();
  return { at: now, madeAt: now, ttlS, staleS: 0, tags };
};

test('a key leaves the index of tags with its answer: when it is evicted, replaced, grown too large or past its time', async () => {
  const memory = createMemory(3, 10_000);
  for (let n = 0; n < 1_000; n += 1) memory.put(`k${n}`, n, terms(['all', `k${n}`]));
  expect(memory.indexed).toBe(6);
  for (let n = 0; n < 10; n += 1) memory.put('k999', n, terms([`other${n}`]));
  expect(memory.indexed).toBe(5);
  memory.put('k999', 'x'.repeat(10_000), terms(['all']));
  expect(memory.indexed).toBe(4);
  memory.put('k998', 'brief', terms(['all'], 0.01));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(memory.get('k998')).toBeUndefined();
  expect(memory.indexed).toBe(2);
});
