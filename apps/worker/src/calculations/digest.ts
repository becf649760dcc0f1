import { isCoinCurrency, rateOf } from '@freshet/market';
import type { CalculatedPortfolio, SymbolToCalculate } from '@freshet/store';
import type { Held } from './holdings-in-memory.ts';
import { sumOf } from './sum.ts';

/**
 * What a result was computed from, as one short text: equal when nothing that it depends on has changed. Whoever has the
 * digest of a stored result knows without arithmetic whether it still holds, and a recalculation of only what changed is
 * a full one.
 */
export interface Digests {
  /** Of the valuation: what is held, and the prices and rates of now. */
  snapshot: string;
  /** Of series and metrics: what was ever held, and all bars of it, of the rates and of the benchmark. */
  series: string;
}

/** Counts up when the arithmetic itself changes, so that what an older version stored is computed again. */
const VERSION = 6;

/** What a symbol adds to the digests of whoever depends on it. */
interface Stamp {
  quote: string;
  bars: string;
  currencies: string[];
  /** Of a rate: who counts with one of these currencies may depend on it. Everybody has dollars, but only who has the coin needs what it is worth. */
  ends: string[];
}

/** The stamps of symbols, worked out once for all portfolios that hold them. */
export interface Stamps {
  of: ReadonlyMap<string, Stamp>;
  rates: Stamp[];
  /** Of all bars together: while it stays the same, so does what was worked out of any of them. */
  bars: string;
}

export function stampsOf(symbols: readonly SymbolToCalculate[]): Stamps {
  const stamps = symbols.map((each): [string, Stamp] => {
    const { symbol, price, previousClose, priceCurrency, quoteTime, splits, barsVersion, currency } = each;
    const quote = [symbol, price, previousClose, priceCurrency, quoteTime?.getTime(), ...splits].join();
    return [
      symbol,
      {
        quote: sumOf(quote),
        bars: `${symbol},${barsVersion},${currency}`,
        currencies: priceCurrency && priceCurrency !== currency ? [currency, priceCurrency] : [currency],
        ends: endsOf(each),
      },
    ];
  });
  return {
    of: new Map(stamps),
    rates: stamps.map(([, stamp]) => stamp).filter(({ ends }) => ends.length > 0),
    bars: sumOf(stamps.map(([, { bars }]) => bars).join('\n')),
  };
}

function endsOf(symbol: SymbolToCalculate): string[] {
  const rate = rateOf(symbol);
  if (!rate) return [];
  return isCoinCurrency(rate.base) ? [rate.base] : [rate.base, rate.quote];
}

export function digestsOf(
  { id, currency, cash, version, benchmark }: CalculatedPortfolio,
  held: Held,
  stamps: Stamps,
): Digests {
  const begin = [VERSION, id, currency, version, held.now].join();
  const now = added(held.symbolsNow, currency, stamps, 'quote');
  return {
    snapshot: sumOf(`${begin}\n${cash}${now}`),
    series: remembered(held, `${begin}\n${benchmark}\n${held.ever}`, stamps.bars, (text) => {
      const ever = held.symbolsEver.includes(benchmark) ? held.symbolsEver : [...held.symbolsEver, benchmark];
      return sumOf(text + added(ever, currency, stamps, 'bars'));
    }),
  };
}

/** What these symbols add, and the rates that turn their currencies into the portfolio's. */
function added(symbols: readonly string[], currency: string, stamps: Stamps, what: 'quote' | 'bars'): string {
  let text = '';
  const foreign = new Set<string>();
  for (const symbol of symbols) {
    const stamp = stamps.of.get(symbol);
    if (!stamp) continue;
    text += `\n${stamp[what]}`;
    for (const each of stamp.currencies) if (each !== currency) foreign.add(each);
  }
  for (const rate of ratesFor(foreign, currency, stamps)) text += `\n${rate[what]}`;
  return text;
}

/** Every rate that a way from their currencies into the portfolio's may go over: its first or its last step has one of them. */
function ratesFor(foreign: ReadonlySet<string>, currency: string, { rates }: Stamps): Stamp[] {
  if (foreign.size === 0) return [];
  const all = new Set([...foreign, currency]);
  return rates.filter(({ ends }) => ends.some((each) => all.has(each)));
}

const known = new WeakMap<Held, { text: string; bars: string; digest: string }>();

/** Bars change once a day, and each recalculation asks for the digest of what was made of them. */
function remembered(held: Held, text: string, bars: string, digestOf: (text: string) => string): string {
  const own = known.get(held);
  if (own?.text === text && own.bars === bars) return own.digest;
  const digest = digestOf(text);
  known.set(held, { text, bars, digest });
  return digest;
}
