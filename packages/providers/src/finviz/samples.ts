import type { Sample } from '../conformance/expected.ts';

const page = (title: string, body: string) =>
  `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body>${body}</body></html>\n`;

const ROWS = [
  ['1', 'TSTA', '1.50B', '12.34', '1,234,567'],
  ['2', 'TST-B', '-', '-', '0'],
];

export const samples: Sample[] = [
  {
    name: "a stock's page in the newer layout",
    url: 'https://finviz.com/quote.ashx?t=TSTA&p=d',
    body: page(
      'TSTA - Tester Inc Stock Price and Quote',
      `<h1 class="quote-header_ticker-wrapper_ticker" data-ticker="TSTA">TSTA</h1>
       <strong class="quote-price_wrapper_price">12.34</strong>
       <table class="js-snapshot-table snapshot-table2 screener_snapshot-table-body">
         <tr class="table-dark-row">
           <td class="snapshot-td2 cursor-pointer"><div>Market Cap</div></td><td class="snapshot-td2"><b>987.65M</b></td>
           <td class="snapshot-td2 cursor-pointer"><div>Prev Close</div></td><td class="snapshot-td2"><b>12.00</b></td>
         </tr>
       </table>`,
    ),
    receivedAt: '2026-03-04T16:00:00Z',
    expected: {
      quotes: [
        {
          symbol: 'TSTA',
          currency: 'USD',
          price: { text: '12.34' },
          previousClose: { text: '12.00' },
          marketCap: { text: '987.65M', value: '987650000' },
          time: 'received',
          delayS: 1200,
        },
      ],
    },
  },
  {
    name: 'a screener in the newer layout, one row without a price',
    url: 'https://finviz.com/screener.ashx?v=111&t=TSTA,TST-B',
    body: page(
      'Stock Screener - Overview',
      `<table class="styled-table-new screener_table"><thead><tr>
         ${['No.', 'Ticker', 'Market Cap', 'Price', 'Volume'].map((name) => `<th class="table-header">${name}</th>`).join('')}
       </tr></thead><tbody>
         ${ROWS.map((row) => `<tr class="styled-row">${row.map((cell) => `<td><a href="quote.ashx">${cell}</a></td>`).join('')}</tr>`).join('')}
       </tbody></table>`,
    ),
    expected: {
      quotes: [
        {
          symbol: 'TSTA',
          currency: 'USD',
          price: { text: '12.34' },
          volume: { text: '1,234,567' },
          marketCap: { text: '1.50B', value: '1500000000' },
          time: 'received',
          delayS: 1200,
        },
      ],
    },
  },
  {
    name: 'a screener page that was cut off',
    url: 'https://finviz.com/screener.ashx?v=111&t=TSTA',
    body: page('Stock Screener - Overview', '<table><tr><td class="table-top">Ticker</td>').slice(0, 110),
    expected: { errors: [{ symbol: null, kind: 'unavailable' }] },
  },
  {
    name: 'a ticker that nobody knows',
    url: 'https://finviz.com/quote.ashx?t=NOSUCH',
    status: 404,
    body: page('404 Not Found', 'Not Found'),
    expected: { errors: [{ symbol: 'NOSUCH', kind: 'unknown_symbol' }] },
  },
  {
    name: 'a challenge of the shield in front',
    url: 'https://finviz.com/screener.ashx?v=111&t=TSTA',
    status: 403,
    body: page('Just a moment...', 'Checking your browser'),
    expected: { errors: [{ symbol: null, kind: 'rate_limited', retryAfterMs: 1_800_000 }] },
  },
];
