import { isCoinCurrency, rateOf } from '@freshet/market';
import type { CalculatedPortfolio, SymbolToCalculate } from '@freshet/store';
import type { Held } from './holdings-in-memory.ts';
import { sumOf } from './sum.ts';

/**
 * Hashes of the inputs of a portfolio's results. Equal hashes mean that no input has changed, so a stored result still
 * holds and needs no arithmetic. An incremental recalculation therefore gives the same as a full one.
 */
export interface Digests {
  /** Inputs of the valuation: what is held, and current prices and rates. */
  snapshot: string;
  /** Inputs of series and metrics: what was ever held, and the bars of it, of the rates and of the benchmark. */
  series: string;
}

/** Increase it when the arithmetic changes, so that results of older versions are computed again. */
const VERSION = 8;

/** What a symbol adds to the digests of the portfolios that depend on it. */
interface Stamp {
  quote: string;
  bars: string;
  currencies: string[];
  /**
   * Currencies of a rate: a portfolio that converts from or into one of them may depend on it. A coin's rate lists the coin
   * only: nearly every portfolio has dollars, and few need what the coin is worth.
   */
  ends: string[];
}

/** The stamps of all symbols of a slice, shared by its portfolios. */
export interface Stamps {
  of: ReadonlyMap<string, Stamp>;
  rates: Stamp[];
  /** Hash of all bars: while it is the same, every digest made from them is too. */
  bars: string;
}

export function stampsOf(symbols: readonly SymbolToCalculate[]): Stamps {
  const stamps = symbols.map((each): [string, Stamp] => {
    const { symbol, price, previousClose, priceCurrency, quoteTime, splits, barsVersion, currency, calendar } = each;
    const quote = [symbol, calendar, price, previousClose, priceCurrency, quoteTime?.getTime(), ...splits].join();
    return [
      symbol,
      {
        quote: sumOf(quote),
        bars: `${symbol},${calendar},${barsVersion},${currency}`,
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

/** The stamps of these symbols, and of the rates that may convert their currencies into the portfolio's. */
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

/** Every rate that a conversion into the portfolio's currency may use: its first or last step involves one of these currencies. */
function ratesFor(foreign: ReadonlySet<string>, currency: string, { rates }: Stamps): Stamp[] {
  if (foreign.size === 0) return [];
  const all = new Set([...foreign, currency]);
  return rates.filter(({ ends }) => ends.some((each) => all.has(each)));
}

const known = new WeakMap<Held, { text: string; bars: string; digest: string }>();

/** Memoised per `Held`: bars change once a day, while every recalculation asks for this digest. */
function remembered(held: Held, text: string, bars: string, digestOf: (text: string) => string): string {
  const own = known.get(held);
  if (own?.text === text && own.bars === bars) return own.digest;
  const digest = digestOf(text);
  known.set(held, { text, bars, digest });
  return digest;
}
