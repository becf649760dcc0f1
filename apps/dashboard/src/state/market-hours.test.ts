import { CLOSED_EVERY_MS, everyMsFor, OPEN_EVERY_MS } from './market-hours.ts';

test('the page reads itself often while any market trades, and seldom while all are shut', () => {
  expect(everyMsFor(['closed', 'open'])).toBe(OPEN_EVERY_MS);
  expect(everyMsFor(['pre'])).toBe(OPEN_EVERY_MS);
  expect(everyMsFor(['closed'])).toBe(CLOSED_EVERY_MS);
  expect(everyMsFor([])).toBe(CLOSED_EVERY_MS);
});
