import { type Operation, type OperationKey, operations } from '@freshet/contracts/api';
import { z } from 'zod';
import { checkBody, checkPath, checkQuery } from './check.ts';
import { Problem } from './problem.ts';

const all = Object.entries(operations) as [OperationKey, Operation][];

/** The problem that a check throws; null: it has nothing against it. */
function told(check: () => unknown): Problem | null {
  try {
    check();
    return null;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

/** How the validating library would put it. */
const FOREIGN = /invalid|expected (?!something like)|received|too (big|small)|must match|unrecognized/i;
const inOurWords = (problem: Problem | null) =>
  [problem?.message ?? '', ...(problem?.options.errors ?? []).map(({ detail }) => detail)].filter((each) =>
    FOREIGN.test(each),
  );

const LONG = 'x'.repeat(30_000);
const WRONG = [
  null,
  true,
  -1,
  0.5,
  1e300,
  '',
  LONG,
  [],
  [1],
  [LONG],
  {},
  { a: 1 },
  Array(600).fill('AAPL'),
  { [LONG]: 1 },
];
const SPECS = [{ kind: 'x' }, { kind: 'every', seconds: '1' }, { kind: 'cron', pattern: 'x' }, { kind: 'after_close' }];

test.each(all.filter(([, { body }]) => body instanceof z.ZodObject))(
  'a wrong field of %s is told in our own words',
  (_, { body }) => {
    for (const field of Object.keys((body as z.ZodObject).shape)) {
      for (const value of [...WRONG, ...SPECS]) {
        const problem = told(() => checkBody(body as z.ZodType, { [field]: value }));
        expect([field, value, inOurWords(problem)]).toEqual([field, value, []]);
      }
    }
  },
);

test.each(all.filter(([, { query }]) => query))('a wrong parameter of %s is told in our own words', (_, { query }) => {
  for (const name of Object.keys((query as z.ZodObject).shape)) {
    for (const value of ['', 'x', '-1', '1.5', '2026-13-45', LONG, `1&${name}=2`]) {
      const problem = told(() => checkQuery(query as z.ZodObject, `/?${name}=${value}`));
      expect([name, value, inOurWords(problem)]).toEqual([name, value, []]);
    }
  }
});

const bodyOf = (key: OperationKey) => (operations[key] as Operation).body as z.ZodType;
const PRICES = 'POST /api/v1/manual/refresh/prices';

test.each<[OperationKey, unknown, Record<string, string>]>([
  [PRICES, [], { '': 'is not a JSON object' }],
  [PRICES, { symbols: 'AAPL' }, { '/symbols': 'is not an array' }],
  [PRICES, { symbols: [] }, { '/symbols': 'name at least one symbol, or leave the field out' }],
  [PRICES, { mode: 'lazy' }, { '/mode': 'is none of smart, incremental, full' }],
  [PRICES, { priority: 'high' }, { '/priority': 'can only be emergency' }],
  [PRICES, { force_refresh: 'yes' }, { '/force_refresh': 'is neither true nor false' }],
  [PRICES, { deadline_s: 1e300 }, { '/deadline_s': 'is more than 86400' }],
  [PRICES, { deadline_s: 1.5 }, { '/deadline_s': 'is not a whole number' }],
  [PRICES, { reason: Array(600).fill('x') }, { '/reason': 'is not a string' }],
  [PRICES, { callback_url: 'x' }, { '/callback_url': 'is not a URL, such as https://example.com/hook' }],
  [PRICES, { colour: 1, more: { a: 1 } }, { '/colour': 'there is no such field', '/more': 'there is no such field' }],
  ['POST /api/v1/users', { name: ' ' }, { '/name': 'is empty' }],
  [
    'POST /api/v1/keys',
    { role: 'root' },
    { '/name': 'is missing', '/role': 'is none of admin, system, support, user' },
  ],
  [
    'POST /api/v1/webhooks/triggers',
    { name: 'x', refresh: {} },
    { '/kind': 'is missing', '/refresh/kind': 'is missing' },
  ],
])('%s with %j is told what is wrong of each field, once', (key, body, expected) => {
  const { errors = [] } = told(() => checkBody(bodyOf(key), body))?.options ?? {};
  expect(errors).toEqual(Object.entries(expected).map(([pointer, detail]) => ({ pointer, detail })));
});

test('a parameter that is repeated or unknown is told so', () => {
  const { query } = operations['GET /api/v1/refreshes'];
  expect(told(() => checkQuery(query, '/?limit=5&limit=6&x=1&x=2'))?.options.errors).toEqual([
    { parameter: 'limit', detail: 'is given more than once' },
    { parameter: 'x', detail: 'there is no such parameter' },
  ]);
});

test('a name outside a closed list is not found, with the names that there are', () => {
  const { path } = operations['GET /api/v1/scheduler/schedules/{name}'];
  const problem = told(() => checkPath(path, { name: 'never' }));
  expect([problem?.code, problem?.message]).toEqual(['not_found', expect.stringMatching(/^name: is none of live, /)]);
});
