import { createOnce } from './once.ts';

test('what is sent again as it is has the same key, what was changed has another', () => {
  const { keyOf } = createOnce();
  const first = keyOf({ name: 'Mine' });
  expect(keyOf({ name: 'Mine' })).toBe(first);
  expect(keyOf({ name: 'Yours' })).not.toBe(first);
  expect(first).toMatch(/^[\da-f]{32}$/);
});

test('after it was made, the same again is another', () => {
  const { keyOf, done } = createOnce();
  const first = keyOf({ name: 'Mine' });
  done();
  expect(keyOf({ name: 'Mine' })).not.toBe(first);
});
