import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { ageNow } from '../format/freshness.ts';
import { serverNow } from '../state/clock.ts';
import { quoteOf } from '../state/quotes.ts';
import { type Row, inOrderOf, type SortBy, type SortFigures, sortRows } from '../state/watchlist-rows.ts';
import { QuoteRow } from './quote-row.tsx';
import './quote-table.css';

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
  const body = useRef<HTMLTableSectionElement>(null);
  const order = useRef<{ key: string; rows: readonly Row[]; symbols: readonly string[] } | null>(null);
  // An order that followed every price would move rows away under the pointer: rows are put in order when the reader presses
  // a heading, when there are others, and when the list is read again while nobody points at it.
  const key = [by.value, descending.value, ...rows.map(({ symbol }) => symbol).sort()].join();
  const held = order.current;
  const isPointedAt = body.current?.matches(':hover, :focus-within') ?? false;
  if (held?.key !== key || (held.rows !== rows && !isPointedAt)) {
    const sorted = sortRows(rows, by.value, descending.value, figuresOf);
    order.current = { key, rows, symbols: sorted.map(({ symbol }) => symbol) };
  }
  const sorted = inOrderOf(order.current?.symbols ?? [], rows);
  const sortOf = (column: SortBy) =>
    by.value === column ? (descending.value ? 'descending' : 'ascending') : undefined;
  return (
    <div class="scroll">
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
        <tbody ref={body}>
          {sorted.map((row) => (
            <QuoteRow key={row.symbol} row={row} remove={remove} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function figuresOf(symbol: string): SortFigures {
  const quote = quoteOf(symbol).peek();
  return {
    price: quote?.price ?? null,
    change: quote?.change_percent ?? null,
    age: quote && ageNow(quote, serverNow()),
  };
}
