import { useSignal } from '@preact/signals';
import { ageNow } from '../format/freshness.ts';
import { quoteOf } from '../state/quotes.ts';
import { type Row, type SortBy, sortRows } from '../state/watchlist-rows.ts';
import { QuoteRow } from './quote-row.tsx';

const COLUMNS: { by: SortBy; title: string; number?: true }[] = [
  { by: 'symbol', title: 'Symbol' },
  { by: 'price', title: 'Price', number: true },
  { by: 'change', title: 'Change', number: true },
  { by: 'age', title: 'Freshness' },
];

/** The rows of a watchlist. A heading sorts; a third press goes back to the list's own order. */
export function QuoteTable({ rows, remove }: { rows: readonly Row[]; remove?: (symbol: string) => void }) {
  const by = useSignal<SortBy>('list');
  const descending = useSignal(false);
  const press = (column: SortBy) => {
    if (by.value !== column) {
      by.value = column;
      descending.value = column !== 'symbol';
    } else if (descending.value === (column !== 'symbol')) descending.value = !descending.value;
    else by.value = 'list';
  };
  // Peeked at: an order that followed every price would move rows away under the pointer.
  const sorted = sortRows(rows, by.value, descending.value, (symbol) => {
    const quote = quoteOf(symbol).peek();
    return {
      price: quote?.price ?? null,
      change: quote?.change_percent ?? null,
      age: quote && ageNow(quote, Date.now()),
    };
  });
  const sortOf = (column: SortBy) =>
    by.value === column ? (descending.value ? 'descending' : 'ascending') : undefined;
  return (
    <table class="table stacks quotes">
      <thead>
        <tr>
          {COLUMNS.map((column) => (
            <th key={column.by} scope="col" class={column.number ? 'number' : ''} aria-sort={sortOf(column.by)}>
              <button type="button" class="sort" onClick={() => press(column.by)}>
                {column.title}
                <span aria-hidden="true">{by.value === column.by ? (descending.value ? ' ↓' : ' ↑') : ''}</span>
              </button>
            </th>
          ))}
          <th scope="col">Market</th>
          <th scope="col">Source</th>
          {remove && (
            <th scope="col">
              <span class="spoken">Remove</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {sorted.map((row) => (
          <QuoteRow key={row.symbol} row={row} remove={remove} />
        ))}
      </tbody>
    </table>
  );
}
