import { forgiveOutage } from './forgive-outage.ts';

const log = { warn: () => {} } as never;
const away = new Error('Connection terminated due to connection timeout');
const readOnly = Object.assign(new Error('cannot execute UPDATE in a read-only transaction'), { code: '25006' });

test.each([away, readOnly])('a job that finds no database at its last attempt rests nowhere: %s', (error) => {
  expect(() => forgiveOutage(error, { lastAttempt: false }, log)).toThrow(error);
  expect(forgiveOutage(error, { lastAttempt: true }, log)).toEqual({ kind: 'done' });
});

const slow = Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' });

test.each([new Error('nobody could serve AAPL: unavailable: HTTP 500'), slow])(
  'a job that fails for itself rests with its error: %s',
  (error) => {
    expect(() => forgiveOutage(error, { lastAttempt: true }, log)).toThrow(error);
  },
);
