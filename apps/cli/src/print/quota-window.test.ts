import { windowText } from './quota-window.ts';

const now = Date.UTC(2026, 10, 20, 12);
const at = (seconds: number) => new Date(now + seconds * 1_000).toISOString();
const text = (more: object) =>
  windowText(
    { ...{ name: 'day', per_s: 86_400, remaining: 171, limit: 250, resets_at: null, forecast: null }, ...more },
    now,
  );

test('a window says what is left of it', () => {
  expect(text({})).toBe('day 171/250');
  expect(text({ name: '300 s', per_s: 300 })).toBe('5 min 171/250');
});

test('one that will not last says when it runs out, unless that time has passed', () => {
  const runsOut = (seconds: number) => ({ forecast: { runs_out_at: at(seconds), lasts: false, stretch: 0.1 } });
  expect(text(runsOut(540))).toBe('day 171/250 (runs out in 9 min)');
  expect(text(runsOut(-1))).toBe('day 171/250');
  expect(text({ forecast: { runs_out_at: at(540), lasts: true, stretch: 2 } })).toBe('day 171/250');
});

test('a spent one says when it is back, and nothing of a time that has passed', () => {
  const spent = { name: 'minute', per_s: 60, remaining: 0, limit: 8 };
  expect(text({ ...spent, resets_at: at(12) })).toBe('minute 0/8 (spent, back in 12 s)');
  expect(text({ ...spent, resets_at: at(-1), forecast: { runs_out_at: at(-1), lasts: false, stretch: 0.1 } })).toBe(
    'minute 0/8',
  );
});
