import type { ProviderErrorKind } from '@freshet/contracts';
import type { MarketSymbol } from '@freshet/market';
import type { Learned, ProviderError, Reading } from '../provider.ts';

/** A reading with what is given, and empty lists for the rest. */
export function reading(parts: Partial<Reading>): Reading {
  return { quotes: [], bars: [], earnings: [], errors: [], other: [], ...parts };
}

/** Nobody waits longer; and what is further off may be no moment that a Date can hold. */
const LONGEST_WAIT_MS = 366 * 86_400_000;

/** An error of the whole call (`symbol` null) or of one symbol. A wait of more than a year is one of a year. */
export function providerError(
  kind: ProviderErrorKind,
  detail: string,
  more: { symbol?: MarketSymbol | null; retryAfterMs?: number | null } = {},
): ProviderError {
  const wait = more.retryAfterMs ?? null;
  const retryAfterMs = wait === null ? null : Math.min(wait, LONGEST_WAIT_MS);
  return { symbol: more.symbol ?? null, kind, retryAfterMs, detail };
}

/** Of a price whose time stands in the answer and can't be read. */
export function timeless(symbol: MarketSymbol): ProviderError {
  return providerError('no_data', 'its price is of no known time', { symbol });
}

/** A reading that is one error. */
export function refusal(
  kind: ProviderErrorKind,
  detail: string,
  more: { symbol?: MarketSymbol | null; retryAfterMs?: number | null; learned?: Learned[] } = {},
): Reading {
  return reading({ errors: [providerError(kind, detail, more)], ...(more.learned ? { learned: more.learned } : {}) });
}

/** A reading of an endpoint that the adapter doesn't use. */
export function otherAnswer(endpoint: string, why: string): Reading {
  return reading({ other: [{ endpoint, why }] });
}

/** Several readings as one, in their order. */
export function joined(readings: Reading[]): Reading {
  const learned = readings.flatMap((one) => one.learned ?? []);
  return reading({
    quotes: readings.flatMap((one) => one.quotes),
    bars: readings.flatMap((one) => one.bars),
    earnings: readings.flatMap((one) => one.earnings),
    errors: readings.flatMap((one) => one.errors),
    other: readings.flatMap((one) => one.other),
    ...(learned.length > 0 ? { learned } : {}),
  });
}
