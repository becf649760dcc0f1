import type { MarketSymbol } from '@freshet/market';
import { notData } from '../wire/asked-refusal.ts';
import { finished } from '../wire/finished-reading.ts';
import { isHtml } from '../wire/http-refusal.ts';
import type { HttpAnswer, Reading } from '../provider.ts';
import { otherAnswer } from '../wire/reading.ts';
import { askedUrl } from '../symbols/spelling.ts';
import { finvizRefusal } from './errors.ts';
import { readExport } from './export.ts';
import { readQuotePage } from './quote-page.ts';
import { readScreener } from './screener.ts';
import { fromFinviz } from './symbols.ts';

/** Reads any page of Finviz: a stock's page, the screener's tables, the export; by the path, without one by the content. */
export function readFinviz(answer: HttpAnswer, asked?: MarketSymbol[]): Reading {
  const { path, query } = askedUrl(answer);
  const wire = query.get('t')?.split(',').length === 1 ? query.get('t') : null;
  const refused = finvizRefusal(answer, fromFinviz(wire, asked));
  return finished(refused ?? readPage(answer, path, wire, asked));
}

function readPage(answer: HttpAnswer, path: string, wire: string | null, asked?: MarketSymbol[]): Reading {
  const { body } = answer;
  const nowhere = !/[a-z]/i.test(path);
  if (/\/export(\.ashx)?$/.test(path) || (nowhere && !isHtml(body) && /^[^\n]*Ticker[^\n]*,/.test(body)))
    return readExport(answer, asked);
  const page = isHtml(body);
  const stands = /<title>[^<]*(stock screener|stock (quote|price)|finviz)/i.test(body.slice(0, 4000));
  if (/\/(screener|quote)(\.ashx)?$/.test(path) && (!page || !stands || !/<\/html>/i.test(body.slice(-4000)))) {
    // A page cut off would pass for one with fewer rows.
    return notData(answer, 'Finviz');
  }
  if (/\/screener(\.ashx)?$/.test(path) || (nowhere && /<title>Stock Screener/i.test(body)))
    return readScreener(answer, asked);
  if (/\/quote(\.ashx)?$/.test(path) || (nowhere && body.includes('snapshot-table2')))
    return readQuotePage(answer, wire, asked);
  return otherAnswer(path, 'not a page of quotes');
}
