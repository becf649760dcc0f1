import type { LimitState } from '@freshet/store';
import type { Problem } from '../http/problem.ts';
import { passed } from './creation-limits.ts';

const hour: LimitState = { name: 'hour', limit: 10, windowS: 3_600, remaining: 3, resetS: 1_800 };
const burst: LimitState = { name: 'burst', limit: 5, windowS: 10, remaining: 0, resetS: 7 };
const cooldown: LimitState = { name: 'cooldown', limit: 1, windowS: 60, remaining: 0, resetS: 42 };

function refused(violated: LimitState, limits: LimitState[]): unknown[] {
  try {
    passed({ outcome: 'limited', violated, limits });
  } catch (error) {
    const { code, message, options } = error as Problem;
    return [code, options.headers?.['retry-after'], message];
  }
  return [];
}

test('who is refused is told to come when all that is used up is free again, and no later', () => {
  expect(refused(burst, [hour, burst])).toEqual([
    'rate_limited',
    '7',
    'Your limit is 5 refreshes in 10 s. Try again in 7 s.',
  ]);
  expect(refused(burst, [hour, burst, cooldown])[1]).toBe('42');
  expect(refused(cooldown, [hour, cooldown])).toEqual([
    'rate_limited',
    '42',
    'You started the same refresh less than 60 s ago. Try again in 42 s.',
  ]);
});
