import { dismiss, dismissAll, notices, notify } from './notices.ts';

beforeEach(() => import.meta.jest.useFakeTimers());
afterEach(() => {
  dismissAll();
  import.meta.jest.useRealTimers();
});
const texts = () => notices.value.map(({ text }) => text);

test('a notice goes by itself, a bad one later, and one that offers something stays', () => {
  notify('added');
  notify('not added', 'bad');
  notify('changed meanwhile', 'bad', { says: 'Show', run() {} });
  import.meta.jest.advanceTimersByTime(6_000);
  expect(texts()).toEqual(['not added', 'changed meanwhile']);
  import.meta.jest.advanceTimersByTime(6_000);
  expect(texts()).toEqual(['changed meanwhile']);
  dismiss(notices.value[0]?.id ?? 0);
  expect(texts()).toEqual([]);
});

test('the same said again stands there once, and no more than four stand there', () => {
  for (const text of ['a', 'b', 'a']) notify(text);
  expect(texts()).toEqual(['b', 'a']);
  for (const text of ['c', 'd', 'e']) notify(text);
  expect(texts()).toEqual(['a', 'c', 'd', 'e']);
});
