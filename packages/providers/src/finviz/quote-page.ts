import type { MarketSymbol, Quote } from '@freshet/market';
import type { CheerioAPI } from 'cheerio/slim';
import type { HttpAnswer, Reading } from '../provider.ts';
import { reading, refusal } from '../wire/reading.ts';
import { parsePage } from './parse-page.ts';
import { printedCount, printedPrice } from './numbers.ts';
import { fromFinviz } from './symbols.ts';

/** "Quotes delayed 15 minutes for NASDAQ, and 20 minutes for NYSE and AMEX." */
const NASDAQ_DELAY_S = 900;
export const OTHER_DELAY_S = 1200;

/** The page of one stock: a table of facts, label beside value. It tells neither the time of its price nor the day's range. */
export function readQuotePage(answer: HttpAnswer, wire: string | null, asked?: MarketSymbol[]): Reading {
  const page = parsePage(answer.body);
  const ticker = tickerOf(page) ?? wire;
  const symbol = fromFinviz(ticker, asked);
  const facts = factsOf(page);
  const price = printedPrice(facts.get('Price')) ?? printedPrice(page('.quote-price_wrapper_price').first().text());
  if (price === null) {
    return facts.size > 0
      ? refusal('no_data', 'Finviz: a page without a price.', { symbol })
      : refusal('malformed', 'Finviz: a page in another layout.', { symbol });
  }
  const exchange = page('.fullview-title .body-table, .quote-links').first().text();
  const quote: Quote = {
    symbol,
    price,
    open: printedPrice(facts.get('Open')),
    high: null,
    low: null,
    previousClose: printedPrice(facts.get('Prev Close')),
    volume: printedCount(facts.get('Volume')),
    marketCap: printedCount(facts.get('Market Cap')),
    currency: 'USD',
    quoteTime: answer.receivedAt,
    delayS: /NASD/i.test(exchange) ? NASDAQ_DELAY_S : OTHER_DELAY_S,
  };
  return reading({ quotes: [quote] });
}

function tickerOf(page: CheerioAPI): string | null {
  const shown = page('#ticker, .fullview-ticker, .quote-header_ticker-wrapper_ticker').first().text().trim();
  return shown || (/^([A-Z0-9.-]+) /.exec(page('title').text().trim())?.[1] ?? null);
}

/** The first of each label counts: later ones repeat it for other things (`EPS next Y` is a value, then a percentage). */
function factsOf(page: CheerioAPI): Map<string, string> {
  const texts = page('.snapshot-table2 td')
    .toArray()
    .map((cell) => page(cell).text().replace(/\s+/g, ' ').trim());
  const facts = new Map<string, string>();
  for (let i = 0; i + 1 < texts.length; i += 2) {
    const label = texts[i] ?? '';
    if (!facts.has(label)) facts.set(label, texts[i + 1] ?? '');
  }
  return facts;
}
