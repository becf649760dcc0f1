import { type Bar, type MarketSymbol, classOfSymbol } from '@freshet/market';
import { pairSymbol } from '../symbols/pair-symbols.ts';
import { withAliases } from '../symbols/market-aliases.ts';
import type { SimulatedAnswer, SimulatedEndpoint, SimulatedRequest } from '../provider.ts';
import {
  barOnWire,
  changeOf,
  daysBefore,
  jsonAnswer,
  padded,
  quoteOnWire,
  textAnswer,
} from '../wire/simulated-answer.ts';
import { dateInZone } from '../wire/session-date.ts';
import { listingOf } from '../symbols/listings.ts';
import { speltAs } from '../symbols/spelling.ts';
import { alphaVantageSymbol, fromAlphaVantage } from './symbols.ts';

/** `compact` answers hold the newest hundred days. */
const COMPACT_ROWS = 100;
/** Coins have no compact form: about a year. */
const COIN_DAYS = 350;
const FULL_DAYS = 7300;

function pairIn(request: SimulatedRequest): MarketSymbol | null {
  const base =
    request.query.get('from_currency') ??
    request.query.get('from_symbol') ??
    (request.query.get('market') ? request.query.get('symbol') : null);
  const quote = request.query.get('to_currency') ?? request.query.get('to_symbol') ?? request.query.get('market');
  return base && quote ? pairSymbol(base, quote) : null;
}

function askedOf(request: SimulatedRequest, functions: RegExp): { symbols: MarketSymbol[]; cost: number } | null {
  if (!request.path.endsWith('/query') || !functions.test(request.query.get('function') ?? '')) return null;
  const pair = pairIn(request);
  return { symbols: pair ? [pair] : tickerIn(request), cost: 1 };
}

/** Pairs have functions of their own, and indices have none: under a ticker's functions nobody knows them. */
function tickerIn(request: SimulatedRequest): MarketSymbol[] {
  const wire = request.query.get('symbol') ?? '';
  return speltAs(wire, { toWire: alphaVantageSymbol, fromWire: fromAlphaVantage }).filter((symbol) =>
    ['equity', 'etf'].includes(classOfSymbol(symbol)),
  );
}

const invalidCall = (request: SimulatedRequest): SimulatedAnswer =>
  jsonAnswer({
    'Error Message': `Invalid API call. Please retry or visit the documentation (https://www.alphavantage.co/documentation/) for ${request.query.get('function')}.`,
  });

const stamp = (moment: Date): string => moment.toISOString().slice(0, 19).replace('T', ' ');

/** `GLOBAL_QUOTE` and `CURRENCY_EXCHANGE_RATE`. */
export const simulatedQuote: SimulatedEndpoint = {
  match: (request) => askedOf(request, /^(GLOBAL_QUOTE|CURRENCY_EXCHANGE_RATE)$/),
  write({ symbols: [symbol = ''] }, view, request) {
    const market = withAliases(view);
    const known = market.quote(symbol);
    const quote = known && quoteOnWire(known);
    if (request.query.get('function') === 'CURRENCY_EXCHANGE_RATE') {
      if (!quote) return invalidCall(request);
      return jsonAnswer({
        'Realtime Currency Exchange Rate': {
          '1. From_Currency Code': request.query.get('from_currency'),
          '2. From_Currency Name': request.query.get('from_currency'),
          '3. To_Currency Code': request.query.get('to_currency'),
          '4. To_Currency Name': request.query.get('to_currency'),
          '5. Exchange Rate': padded(quote.price, 8),
          '6. Last Refreshed': stamp(quote.quoteTime),
          '7. Time Zone': 'UTC',
          '8. Bid Price': padded(quote.price, 8),
          '9. Ask Price': padded(quote.price, 8),
        },
      });
    }
    if (!quote) return jsonAnswer({ 'Global Quote': {} });
    const { change, percent } = changeOf(quote.price, quote.previousClose);
    return jsonAnswer({
      'Global Quote': {
        '01. symbol': alphaVantageSymbol(symbol),
        '02. open': padded(quote.open ?? quote.price, 4),
        '03. high': padded(quote.high ?? quote.price, 4),
        '04. low': padded(quote.low ?? quote.price, 4),
        '05. price': padded(quote.price, 4),
        '06. volume': quote.volume ?? '0',
        '07. latest trading day': dateInZone(quote.quoteTime, listingOf(symbol).zone),
        '08. previous close': padded(quote.previousClose ?? quote.price, 4),
        '09. change': change.toFixed(4),
        '10. change percent': `${percent.toFixed(4)}%`,
      },
    });
  },
};

/** `TIME_SERIES_DAILY`, `FX_DAILY` and `DIGITAL_CURRENCY_DAILY`, newest day first. */
export const simulatedBars: SimulatedEndpoint = {
  match: (request) => askedOf(request, /^(TIME_SERIES_DAILY|FX_DAILY|DIGITAL_CURRENCY_DAILY)$/),
  write({ symbols: [symbol = ''] }, view, request) {
    const market = withAliases(view);
    const today = market.now.toISOString().slice(0, 10);
    const full = request.query.get('outputsize') === 'full';
    const reach = full ? FULL_DAYS : classOfSymbol(symbol) === 'crypto' ? COIN_DAYS : 2 * COMPACT_ROWS;
    const days = market.bars(symbol, daysBefore(market.now, reach), today).map(barOnWire).toReversed();
    if (days.length === 0) return invalidCall(request);
    const shown = reach === 2 * COMPACT_ROWS ? days.slice(0, COMPACT_ROWS) : days;
    const series = Object.fromEntries(shown.map((bar) => [bar.session, dayOf(bar, classOfSymbol(symbol) !== 'fx')]));
    const refreshed = shown[0]?.session ?? today;
    const { query } = request;
    switch (query.get('function')) {
      case 'FX_DAILY':
        return jsonAnswer({
          'Meta Data': {
            '1. Information': 'Forex Daily Prices (open, high, low, close)',
            '2. From Symbol': query.get('from_symbol'),
            '3. To Symbol': query.get('to_symbol'),
            '4. Output Size': full ? 'Full size' : 'Compact',
            '5. Last Refreshed': refreshed,
            '6. Time Zone': 'UTC',
          },
          'Time Series FX (Daily)': series,
        });
      case 'DIGITAL_CURRENCY_DAILY':
        return jsonAnswer({
          'Meta Data': {
            '1. Information': 'Daily Prices and Volumes for Digital Currency',
            '2. Digital Currency Code': query.get('symbol'),
            '3. Digital Currency Name': query.get('symbol'),
            '4. Market Code': query.get('market'),
            '5. Market Name': query.get('market'),
            '6. Last Refreshed': `${refreshed} 00:00:00`,
            '7. Time Zone': 'UTC',
          },
          'Time Series (Digital Currency Daily)': series,
        });
      default:
        return jsonAnswer({
          'Meta Data': {
            '1. Information': 'Daily Prices (open, high, low, close) and Volumes',
            '2. Symbol': query.get('symbol'),
            '3. Last Refreshed': refreshed,
            '4. Output Size': full ? 'Full size' : 'Compact',
            '5. Time Zone': 'US/Eastern',
          },
          'Time Series (Daily)': series,
        });
    }
  },
};

function dayOf(bar: Bar, withVolume: boolean): Record<string, string> {
  return {
    '1. open': padded(bar.open ?? bar.close, 4),
    '2. high': padded(bar.high ?? bar.close, 4),
    '3. low': padded(bar.low ?? bar.close, 4),
    '4. close': padded(bar.close, 4),
    ...(withVolume ? { '5. volume': bar.volume ?? '0' } : {}),
  };
}

const TIME_OF_DAY = { before_open: 'pre-market', after_close: 'post-market', unknown: '' } as const;

/** `EARNINGS_CALENDAR`: the header alone for a name without a date. */
export const simulatedEarnings: SimulatedEndpoint = {
  match: (request) => askedOf(request, /^EARNINGS_CALENDAR$/),
  write({ symbols: [symbol = ''] }, market) {
    const next = market.earnings(symbol);
    const name = alphaVantageSymbol(symbol);
    const rows = next ? [`${name},${name},${next.date},${next.date},,USD,${TIME_OF_DAY[next.when]}`] : [];
    const header = 'symbol,name,reportDate,fiscalDateEnding,estimate,currency,timeOfTheDay';
    return textAnswer(`${[header, ...rows].join('\r\n')}\r\n`, 200, 'application/x-download');
  },
};
