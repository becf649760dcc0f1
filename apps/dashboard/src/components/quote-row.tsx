import type { QuoteView } from '@freshet/contracts';
import { SESSION_SAYS } from '../format/freshness.ts';
import { quoteOf } from '../state/quotes.ts';
import { symbolHref } from '../state/route.ts';
import type { Row } from '../state/watchlist-rows.ts';
import { Change } from './change.tsx';
import { FreshnessPill } from './freshness-pill.tsx';
import { Price } from './price.tsx';
import { Suspect } from './suspect.tsx';

const STATUS_SAYS: Record<Row['status'], string> = {
  adding: 'adding',
  pending: 'price on its way',
  active: 'no price yet',
  unverified: 'not verified yet',
  parked: 'no provider knows it',
};

/** One symbol of a watchlist. */
export function QuoteRow({ row, remove }: { row: Row; remove?: (symbol: string) => void }) {
  const quote = quoteOf(row.symbol).value;
  return (
    <tr data-symbol={row.symbol}>
      <td>
        <a class="symbol" href={symbolHref(row.symbol)}>
          {row.symbol}
        </a>
        {row.name && row.name !== row.symbol && <span class="name">{row.name}</span>}
      </td>
      {quote === null ? (
        <td colSpan={5} class="pending">
          {STATUS_SAYS[row.status]}
        </td>
      ) : (
        <QuoteCells quote={quote} />
      )}
      {remove && (
        <td class="number at-end">
          <button
            type="button"
            class="icon"
            aria-label={`Remove ${row.symbol}`}
            onClick={({ currentTarget }) => {
              focusBeside(currentTarget);
              remove(row.symbol);
            }}
          >
            ×
          </button>
        </td>
      )}
    </tr>
  );
}

/** The row goes away, and would leave the focus nowhere: it goes on to the same button of the next row. */
function focusBeside(button: HTMLElement): void {
  const row = button.closest('tr');
  const beside = row?.nextElementSibling ?? row?.previousElementSibling;
  beside?.querySelector('button')?.focus();
}

function QuoteCells({ quote }: { quote: QuoteView }) {
  return (
    <>
      <td class="number nowrap">
        <Price price={quote.price} /> <span class="muted small">{quote.currency}</span> <Suspect quote={quote} />
      </td>
      <td class="number nowrap">
        <Change change={quote.change} percent={quote.change_percent} price={quote.price} />
      </td>
      <td>
        <FreshnessPill quote={quote} />
      </td>
      <td class="muted small">{SESSION_SAYS[quote.session]}</td>
      <td class="muted small">{quote.source}</td>
    </>
  );
}
