import fc from 'fast-check';

export const SYMBOLS = ['AAPL', 'KO', 'MSFT', 'NVDA', 'PEP', 'XOM'];
export const LANES = ['yahoo', 'finnhub'] as const;
export const PORTFOLIOS = ['pf_1', 'pf_2'];

const any = fc.nat({ max: 1_000 });
const someSymbols = fc.uniqueArray(fc.constantFrom(...SYMBOLS), { maxLength: 5 });
const outcome = fc.constantFrom(
  'landed',
  'landed',
  'landed',
  'failed',
  'skipped',
  'moved',
  'released',
  'rested',
  'kept',
);

/** Steps name what they are about by a number that is taken modulo what there is. */
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('accept' as const), who: any, what: fc.nat({ max: 2 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('plan' as const),
      refresh: any,
      wants: someSymbols,
      fresh: fc.oneof(fc.constant<string[]>([]), someSymbols),
      portfolios: fc.nat({ max: 2 }),
      lane: fc.nat({ max: 1 }),
      contentS: fc.constantFrom(0, 0, 60),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constant('claim' as const),
      call: fc.nat({ max: 3 }),
      lane: fc.nat({ max: 1 }),
      limit: fc.integer({ min: 1, max: 4 }),
      byAge: fc.boolean(),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('land' as const),
      answer: any,
      outcomes: fc.array(outcome, { minLength: 4, maxLength: 4 }),
      /** The same answer is landed a second time: its job ran twice. */
      twice: fc.boolean(),
      /** So long before now the answer came: others may have asked since. */
      agoMs: fc.constantFrom(0, 0, 5, 1_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('kill' as const), call: fc.nat({ max: 3 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('cancel' as const), refresh: any, who: any, admin: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('deadline' as const), refresh: any }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sweep' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('park' as const), lane: fc.nat({ max: 1 }), elsewhere: fc.boolean() }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('calculate' as const),
      refresh: any,
      slice: fc.nat({ max: 1 }),
      ends: fc.constantFrom('updated' as const, 'updated' as const, 'failed' as const, 'skipped' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('give up' as const), refresh: any }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('ring' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('endpoint' as const), who: any }) },
);
export type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Two steps at the same time, on two connections: whoever is first, what comes out must be true. */
export const turn = fc.oneof({ weight: 4, arbitrary: fc.tuple(step) }, { weight: 1, arbitrary: fc.tuple(step, step) });
