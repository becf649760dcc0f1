/** What kind of thing a symbol names. Decides the provider chain and the calendar. */
export const ASSET_CLASSES = ['equity', 'etf', 'index', 'crypto', 'fx', 'commodity'] as const;
export type AssetClass = (typeof ASSET_CLASSES)[number];

/**
 * A canonical symbol: `AAPL`, `BRK-B`, `^GSPC`, `BTC-USD`, `EURUSD=X`, `GC=F`, `VOD.L`.
 * Upper case, no spaces; each provider's adapter maps it to its own spelling.
 */
export type MarketSymbol = string;

/** The pseudo-symbol of a portfolio's cash, in the portfolio's currency. No real symbol is spelled like that. */
export const CASH = '(cash)';

const CANONICAL = /^\^?[A-Z0-9][A-Z0-9.&-]{0,29}(=[XF])?$/;

/** Coins that other coins are quoted in: currencies without an FX pair. */
export const COIN_CURRENCIES = ['USDT', 'USDC', 'BTC', 'ETH'] as const;

/** The quote currencies of crypto pairs (`BTC-USD`). Any other suffix of that form is a share class (`BRK-B`). */
const QUOTE_CURRENCIES = new Set<string>([
  ...COIN_CURRENCIES,
  'USD',
  'EUR',
  'GBP',
  'JPY',
  'AUD',
  'CAD',
  'CHF',
  'CNY',
  'KRW',
  'INR',
  'BRL',
]);

/** True for a well-formed canonical symbol, known or not. Linear time on any input. */
export function isMarketSymbol(text: string): text is MarketSymbol {
  return text.length <= 32 && CANONICAL.test(text);
}

/** The asset class as the symbol's spelling suggests it: the best guess for a symbol that isn't stored yet. */
export function classOfSymbol(symbol: MarketSymbol): AssetClass {
  if (symbol.startsWith('^')) return 'index';
  if (symbol.endsWith('=X')) return 'fx';
  if (symbol.endsWith('=F')) return 'commodity';
  return pairOf(symbol) ? 'crypto' : 'equity';
}

/** Base and quote currency of a crypto (`BTC-USD`) or FX (`EURUSD=X`, `JPY=X` = USD/JPY) pair, else null. */
export function pairOf(symbol: MarketSymbol): { base: string; quote: string } | null {
  if (symbol.endsWith('=X')) {
    const name = symbol.slice(0, -2);
    if (name.length === 6) return { base: name.slice(0, 3), quote: name.slice(3) };
    return name.length === 3 ? { base: 'USD', quote: name } : null;
  }
  const dash = symbol.lastIndexOf('-');
  if (dash <= 0) return null;
  const quote = symbol.slice(dash + 1);
  return QUOTE_CURRENCIES.has(quote) ? { base: symbol.slice(0, dash), quote } : null;
}
