import { calendarIdOf, calendarOf, type QuoteContext } from '@freshet/calendar';
import { classOfSymbol, type MarketSymbol, type SessionDate } from '@freshet/market';

/** A symbol whose price swings by more than this a year (0.6: some 4 % a day) is looked at twice as often. */
const HIGH_VOLATILITY_PER_YEAR = 0.6;

/** What the policy of freshness goes by, as far as it is known. */
interface Traits {
  calendar?: string | null;
  /** Yearly, as a fraction. */
  volatility?: number | null;
  earningsOn?: SessionDate | null;
}

/** What the age of a symbol's quote is judged by, for whoever judges it: plans, estimates, fetches and explanations say the same. */
export function quoteContextOf(symbol: MarketSymbol, traits: Traits | null, now: Date): QuoteContext {
  return {
    calendar: calendarOf(traits?.calendar ?? calendarIdOf(classOfSymbol(symbol), symbol)),
    now,
    highVolatility: (traits?.volatility ?? 0) >= HIGH_VOLATILITY_PER_YEAR,
    earningsOn: traits?.earningsOn ?? null,
  };
}
