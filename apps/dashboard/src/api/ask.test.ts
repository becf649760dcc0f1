import { ApiError } from '@freshet/client';
import { isNotFound, isRefusal, reasonOf } from './ask.ts';

const answer = (status: number, detail?: string) =>
  new ApiError({ status, problem: detail ? ({ detail } as never) : null, requestId: null, retryAfterS: null });

test('a no of the API is told apart from one that may pass', () => {
  expect([answer(404), answer(429), answer(500), answer(503), new TypeError('x')].map(isRefusal)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('what went wrong is a sentence for people', () => {
  expect(reasonOf(answer(422, 'symbols: too many.'))).toBe('symbols: too many.');
  expect(reasonOf(new TypeError('Failed to fetch'))).toMatch(/cannot be reached/);
  expect(reasonOf(AbortSignal.abort(new DOMException('x', 'TimeoutError')).reason)).toMatch(/not answered within 20 s/);
});

test('only “there is no such thing” says that there is none', () => {
  expect([answer(404), answer(403), answer(503), new TypeError('x')].map(isNotFound)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
