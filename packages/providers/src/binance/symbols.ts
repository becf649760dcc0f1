import { isMarketSymbol, type MarketSymbol, pairOf } from '@freshet/market';

/** What Binance quotes coins in, now or once: a wire symbol is base and quote written together (`BTCUSDT`). */
const QUOTE_ASSETS = longestFirst(
  'FDUSD RLUSD USDT USDC BUSD TUSD USDP USDS USD1 BIDR BKRW BVND IDRT GYEN DOGE PAX DAI VAI UST EURI BTC ETH BNB XRP TRX SOL ' +
    'DOT EUR GBP AUD BRL TRY RUB UAH NGN ZAR PLN RON ARS JPY MXN CZK COP KZT USD',
);

/** Its American house has dollars: there `BATUSD` is BAT in dollars, and not BA in TUSD. */
const AMERICAN_QUOTE_ASSETS = longestFirst('USDT USDC USD BTC ETH BNB DAI');

function longestFirst(names: string): string[] {
  return names.split(' ').sort((a, b) => b.length - a.length);
}

/** Canonical quote currencies that Binance has a market for; dollars are Tether's there. */
const WIRE_QUOTES: Record<string, string> = {
  USD: 'USDT',
  USDT: 'USDT',
  USDC: 'USDC',
  EUR: 'EUR',
  BRL: 'BRL',
  JPY: 'JPY',
  BTC: 'BTC',
  ETH: 'ETH',
};

/** `BTC-USD` → `BTCUSDT`, `ETH-BTC` → `ETHBTC`; null for what Binance has no market for. */
export function binanceSymbol(symbol: MarketSymbol): string | null {
  const pair = symbol.endsWith('=X') ? null : pairOf(symbol);
  const quote = pair ? WIRE_QUOTES[pair.quote] : undefined;
  // A stablecoin in itself (`USDT-USD`) is no market.
  if (!pair || !quote || pair.base === quote || !/^[A-Z0-9]+$/.test(pair.base)) return null;
  return pair.base + quote;
}

/**
 * The symbol of a market, and what its prices are in: `BTCUSDT` is how Binance serves `BTC-USD`, in USDT, unless
 * `BTC-USDT` was what was asked for. The caller turns USDT into dollars with the rate it has. Null for a name that
 * can't be taken apart.
 */
export function marketOf(
  wire: string,
  asked: readonly MarketSymbol[] | undefined,
  url: string,
): { symbol: MarketSymbol; currency: string } | null {
  const name = wire.toUpperCase().replace(/[^A-Z0-9]/g, '');
  const assets = /\.binance\.us\//.test(url) ? AMERICAN_QUOTE_ASSETS : QUOTE_ASSETS;
  const quote = assets.find((asset) => name.length > asset.length && name.endsWith(asset));
  if (!quote || name.length !== wire.replace(/[-_/]/g, '').length) return null;
  const same = asked?.find((symbol) => binanceSymbol(symbol) === name);
  const symbol = same ?? `${name.slice(0, -quote.length)}-${quote === 'USDT' ? 'USD' : quote}`;
  return isMarketSymbol(symbol) ? { symbol, currency: quote } : null;
}
