import type { Quote } from '@freshet/market';
import type { SimulatedEndpoint, SimulatedRefusals } from '../provider.ts';
import { changeOf, padded, textAnswer } from '../wire/simulated-answer.ts';
import { finvizSymbol, fromFinviz } from './symbols.ts';

const HTML = 'text/html; charset=utf-8';
const COLUMNS = [
  'No.',
  'Ticker',
  'Company',
  'Sector',
  'Industry',
  'Country',
  'Market Cap',
  'P/E',
  'Price',
  'Change',
  'Volume',
];
const ROWS_A_PAGE = 20;

/** The overview of the screener (`v=111&t=A,B`): a row for each ticker it knows, of the others no word. */
export const simulatedScreener: SimulatedEndpoint = {
  match(request) {
    if (!request.path.endsWith('/screener.ashx')) return null;
    const tickers = (request.query.get('t') ?? '').split(',').filter((ticker) => ticker !== '');
    return { symbols: tickers.map((ticker) => fromFinviz(ticker)), cost: 1 };
  },
  write({ symbols }, market) {
    const found = symbols.flatMap((symbol) => market.quote(symbol) ?? []);
    const head = COLUMNS.map((name) => `<td class="table-top" style="cursor:pointer;">${name}</td>`).join('\n');
    const rows = found.slice(0, ROWS_A_PAGE).map(rowOf).join('');
    return textAnswer(
      `<!DOCTYPE html>\n<html>\n<head><title>Stock Screener - Overview</title></head>\n<body>\n<table><tr><td class="count-text"><b>Total: </b>${found.length} #1</td></tr></table>\n` +
        `<table width="100%" cellpadding="3" cellspacing="1" border="0" bgcolor="#d3d3d3">\n<tr align="center" valign="middle">\n${head}\n</tr>${rows}\n</table>\n</body></html>`,
      200,
      HTML,
    );
  },
};

function rowOf(quote: Quote, index: number): string {
  const ticker = finvizSymbol(quote.symbol);
  const { percent } = changeOf(quote.price, quote.previousClose);
  const values = [
    String(index + 1),
    ticker,
    ticker,
    '-',
    '-',
    'USA',
    capOf(quote.marketCap),
    '-',
    padded(quote.price, 2),
    `${percent.toFixed(2)}%`,
    (quote.volume ?? '0').split('.')[0]?.replace(/\B(?=(\d{3})+$)/g, ',') ?? '-',
  ];
  const cells = values.map((value, i) => {
    const link = i === 1 ? 'screener-link-primary' : 'screener-link';
    return `<td height="10" align="right" class="screener-body-table-nw"><a href="quote.ashx?t=${ticker}&ty=c&p=d&b=1" class="${link}">${value}</a></td>`;
  });
  return `<tr valign="top" class="table-${index % 2 === 0 ? 'dark' : 'light'}-row-cp">\n${cells.join('')}</tr>`;
}

/** Two decimals of billions or millions. */
function capOf(marketCap: string | null): string {
  const cap = Number(marketCap ?? 0);
  if (cap <= 0) return '-';
  return cap >= 1e9 ? `${(cap / 1e9).toFixed(2)}B` : `${(cap / 1e6).toFixed(2)}M`;
}

export const simulatedRefusals: SimulatedRefusals = {
  overLimit: () => textAnswer('Too many requests.', 200, HTML),
  badKey: () => textAnswer('<!DOCTYPE html><html><head><title>Log in</title></head><body></body></html>', 200, HTML),
  notFound: () =>
    textAnswer(
      '<!DOCTYPE html><html><head><title>404 Not Found</title></head><body>Not Found</body></html>',
      404,
      HTML,
    ),
};
