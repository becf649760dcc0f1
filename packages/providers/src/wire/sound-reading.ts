import type { Bar, MarketSymbol, Quote } from '@freshet/market';
import type { ProviderError, Reading } from '../provider.ts';
import { providerError, reading } from './reading.ts';

/** ISO 4217, or a coin's code. */
const CURRENCY = /^[A-Z0-9]{2,12}$/;
/** No plan is later than this; what says so is in another unit. */
const LONGEST_DELAY_S = 31 * 86_400;

/**
 * A reading as the store can keep it: currencies that are codes, delays in whole seconds, each session once (the later row
 * counts), texts without what no text column takes. A value that a column refuses would undo the transaction that lands the
 * whole call, on every attempt anew: so one odd field of one symbol would keep all the others of its batch from their prices.
 */
export function sound(read: Reading): Reading {
  const unsound = new Set<MarketSymbol>();
  const inCurrency = ({ symbol, currency }: Pick<Bar, 'symbol' | 'currency'>) => {
    const known = currency == null || CURRENCY.test(currency);
    if (!known) unsound.add(symbol);
    return known;
  };
  const quotes = read.quotes.filter(inCurrency).map(withDelay);
  const bars = eachOnce(read.bars.every(inCurrency) ? read.bars : read.bars.filter(inCurrency));
  const noCurrency = [...unsound].map((symbol) => providerError('malformed', 'its currency is no code', { symbol }));
  return reading({ ...read, quotes, bars, errors: [...read.errors, ...noCurrency].map(legible) });
}

function withDelay(quote: Quote): Quote {
  const delayS = Math.min(LONGEST_DELAY_S, Math.max(0, Math.round(quote.delayS))) || 0;
  return delayS === quote.delayS ? quote : { ...quote, delayS };
}

function eachOnce(bars: Bar[]): Bar[] {
  // One symbol's, oldest first, as nearly all come.
  const [first] = bars;
  if (bars.every((bar, i) => bar.symbol === first?.symbol && (i === 0 || (bars[i - 1] as Bar).session < bar.session)))
    return bars;
  const bySession = new Map(bars.map((bar) => [`${bar.symbol} ${bar.session}`, bar]));
  return bySession.size === bars.length ? bars : [...bySession.values()];
}

/** Postgres takes neither a NUL nor half of a surrogate pair, as a cut through an emoji leaves it. */
function legible(error: ProviderError): ProviderError {
  return { ...error, detail: error.detail.replaceAll('\0', ' ').toWellFormed() };
}
