import type { MarketSymbol } from '@freshet/market';
import { isHtml, statusRefusal } from './http-refusal.ts';
import type { HttpAnswer, ProviderError, Reading } from '../provider.ts';
import { joined, otherAnswer, reading, refusal } from './reading.ts';
import { UNNAMED } from '../symbols/spelling.ts';

const PER_SYMBOL = new Set(['unknown_symbol', 'no_data', 'plan_forbids', 'malformed']);

/**
 * What the status alone says, with the symbol that was asked where the refusal is about the symbol; null for success. 404 is about
 * the one symbol that was asked, unless it is a page of whatever stands between.
 */
export function statusRefusalOf(answer: HttpAnswer, symbol: MarketSymbol | null): Reading | null {
  const said = statusRefusal(answer);
  if (!said || !symbol) return said;
  if (answer.status === 404 && symbol !== UNNAMED && !isHtml(answer.body)) {
    return refusal('unknown_symbol', said.errors[0]?.detail ?? 'HTTP 404', { symbol });
  }
  return reading({ ...said, errors: said.errors.map((error) => ofSymbolOrAll({ ...error, symbol })) });
}

/** The refusal of a whole call: of the one symbol that was asked only where a symbol can be the reason. Health and breaker see the others. */
export function ofSymbolOrAll(error: ProviderError): ProviderError {
  return PER_SYMBOL.has(error.kind) ? error : { ...error, symbol: null };
}

/** A body that isn't what the provider writes: a web page means that something stands between, else it is malformed. */
export function notData(answer: HttpAnswer, title: string): Reading {
  return isHtml(answer.body)
    ? refusal('unavailable', `${title} answered with a web page instead of data.`)
    : refusal('malformed', `${title} answered with something that is not its format.`);
}

/** A refusal at an endpoint that the adapter doesn't use: still true of the key and the limits. */
export function refusedElsewhere(endpoint: string, why: string, refused: Reading): Reading {
  return joined([otherAnswer(endpoint, why), refused]);
}
