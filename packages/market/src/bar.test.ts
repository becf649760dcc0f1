import { isSessionDate } from './bar.ts';

test.each(['2024-02-29', '1800-01-02', '0001-01-01'])('%s is a date', (text) => {
  expect(isSessionDate(text)).toBe(true);
});

test.each(['2023-02-29', '2024-13-01', '0000-01-01', '0000-00-00', '2024-1-1', '2024-01-01T00:00:00Z', ''])(
  '%p is none',
  (text) => {
    expect(isSessionDate(text)).toBe(false);
  },
);
