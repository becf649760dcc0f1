import { learnServerTime, serverNow } from './clock.ts';

const local = Date.UTC(2026, 10, 20, 12);
const date = (offsetMs: number) => new Date(local + offsetMs).toUTCString();

beforeEach(() => import.meta.jest.useFakeTimers({ now: local }));
afterEach(() => import.meta.jest.useRealTimers());

test('ages are told by the server’s clock when the reader’s is wrong', () => {
  expect(serverNow()).toBe(local);
  // A Date is in whole seconds, and within half of one on average: such a difference is none.
  learnServerTime(date(1_000));
  expect(serverNow()).toBe(local);
  learnServerTime(date(300_000));
  expect(serverNow()).toBe(local + 300_500);
  learnServerTime(date(301_000));
  expect(serverNow()).toBe(local + 300_500);
  learnServerTime(null);
  learnServerTime('soon');
  expect(serverNow()).toBe(local + 300_500);
});
