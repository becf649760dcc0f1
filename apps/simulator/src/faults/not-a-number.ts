import { distortedMarket } from './distorted-market.ts';
import type { Fault } from './fault.ts';

/** No price ever begins with these digits, so wherever they come out of a writer, they are ours to replace. */
const MARK = '98765432';
const MARKED = /-?98765432\d*(?:\.\d+)?/g;

/** `NaN` as careless servers write it, a bare word that isn't JSON; within quotes it stays within them. */
export const notANumber: Fault = {
  name: 'nan',
  does: 'Writes NaN where the price should be.',
  market: (view, { hits }) =>
    distortedMarket(view, hits, {
      quote: (quote) => ({ ...quote, price: `${MARK}.5` }),
      bar: (bar) => ({ ...bar, close: `${MARK}.5` }),
    }),
  answer: (answer) => ({ ...answer, body: answer.body.replace(MARKED, 'NaN') }),
};
