import type { MarketSymbol } from '@freshet/market';
import { isHtml, statusRefusal } from './http-refusal.ts';
import type { HttpAnswer, Reading } from './provider.ts';
import { reading, refusal } from './reading.ts';
import { UNNAMED } from './spelling.ts';

const PER_SYMBOL = new Set(['unknown_symbol', 'no_data', 'plan_forbids', 'malformed']);

/** What the status alone says, with the symbol that was asked where the refusal is about the symbol; null for success. */
export function statusRefusalOf(answer: HttpAnswer, symbol: MarketSymbol | null): Reading | null {
  const said = statusRefusal(answer);
  if (!said || !symbol) return said;
  const errors = said.errors.map((error) => (PER_SYMBOL.has(error.kind) ? { ...error, symbol } : error));
  return reading({ ...said, errors });
}

/** A body that isn't what the provider writes: a web page means that something stands between, else it is malformed. */
export function notData(answer: HttpAnswer, title: string): Reading {
  return isHtml(answer.body)
    ? refusal('unavailable', `${title} answered with a web page instead of data.`)
    : refusal('malformed', `${title} answered with something that is not its format.`);
}

/** The same reading, with errors of a symbol that nobody named as errors of the whole call. */
export function errorsNamed(read: Reading): Reading {
  if (!read.errors.some((error) => error.symbol === UNNAMED)) return read;
  return reading({
    ...read,
    errors: read.errors.map((error) => (error.symbol === UNNAMED ? { ...error, symbol: null } : error)),
  });
}
