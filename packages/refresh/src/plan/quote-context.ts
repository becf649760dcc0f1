import { calendarIdOf, calendarOf, type QuoteContext } from '@freshet/calendar';
import { classOfSymbol, type MarketSymbol, type SessionDate } from '@freshet/market';

/** Symbols with at least this yearly volatility (0.6 is some 4 % a day) are refreshed twice as often. */
const HIGH_VOLATILITY_PER_YEAR = 0.6;

/** What the freshness policy depends on, as far as it is known. */
interface Traits {
  calendar?: string | null;
  /** Yearly, as a fraction. */
  volatility?: number | null;
  earningsOn?: SessionDate | null;
}

/** The context in which a quote's age is judged. Plans, estimates, fetches and `explain` all use it, so that they agree. */
export function quoteContextOf(symbol: MarketSymbol, traits: Traits | null, now: Date): QuoteContext {
  return {
    calendar: calendarOf(traits?.calendar ?? calendarIdOf(classOfSymbol(symbol), symbol)),
    now,
    highVolatility: (traits?.volatility ?? 0) >= HIGH_VOLATILITY_PER_YEAR,
    earningsOn: traits?.earningsOn ?? null,
  };
}
