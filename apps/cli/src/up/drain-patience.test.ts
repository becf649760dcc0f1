import { drainPatienceMs } from './drain-patience.ts';

test.each([
  [{}, 30_000],
  [{ DRAIN_TIMEOUT: '120s' }, 125_000],
  [{ DRAIN_TIMEOUT: '10s', DRAIN_DELAY: '5s' }, 20_000],
])('a process with %j is killed after %i ms, when its own time is up', (env, ms) => {
  expect(drainPatienceMs(env)).toBe(ms);
});
