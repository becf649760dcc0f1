import { forgiveOutage } from './forgive-outage.ts';

const log = { warn: () => {} } as never;
const away = new Error('Connection terminated due to connection timeout');
const readOnly = Object.assign(new Error('cannot execute UPDATE in a read-only transaction'), { code: '25006' });

test.each([away, readOnly])('a job that finds no database at its last attempt rests nowhere: %s', (error) => {
  expect(() => forgiveOutage(error, { lastAttempt: false, triedByHand: false }, log)).toThrow(error);
  expect(forgiveOutage(error, { lastAttempt: true, triedByHand: false }, log)).toEqual({ kind: 'done' });
});

test('one that is tried again by hand stays where it can be tried again once more', () => {
  expect(() => forgiveOutage(away, { lastAttempt: true, triedByHand: true }, log)).toThrow(away);
});

const slow = Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' });

test.each([new Error('nobody could serve AAPL: unavailable: HTTP 500'), slow])(
  'a job that fails for itself rests with its error: %s',
  (error) => {
    expect(() => forgiveOutage(error, { lastAttempt: true, triedByHand: false }, log)).toThrow(error);
  },
);
