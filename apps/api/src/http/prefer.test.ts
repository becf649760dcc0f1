import { preferredWait } from './prefer.ts';

test.each([
  ['wait=5', 5],
  ['wait=0', 0],
  ['wait=61', 60],
  ['wait=999999999', 60],
  ['respond-async, wait=10', 10],
  ['wait = "7"; foo', 7],
  ['WAIT=3', 3],
  ['wait=-1', null],
  ['wait=soon', null],
  ['wait=5x', null],
  ['await=5', null],
  ['return=minimal', null],
  [['respond-async', 'wait=4'], 4],
  [undefined, null],
])('%j waits for %j s', (header, seconds) => {
  expect(preferredWait(header)).toBe(seconds);
});
