import { computed, type Signal, useSignal } from '@preact/signals';
import { useCallback, useEffect, useMemo } from 'preact/hooks';
import { ask } from '../api/ask.ts';
import { AddSymbol } from '../components/add-symbol.tsx';
import { NewWatchlist } from '../components/new-watchlist.tsx';
import { QuoteTable } from '../components/quote-table.tsx';
import { RefreshButton } from '../components/refresh-button.tsx';
import { RefreshState } from '../components/refresh-state.tsx';
import { Trouble, unread } from '../components/trouble.tsx';
import { formatRelative } from '../format/times.ts';
import { auto } from '../state/auto-refresh.ts';
import { now, serverNow } from '../state/clock.ts';
import { everyMsFor, OPEN_EVERY_MS } from '../state/market-hours.ts';
import { useOwners } from '../state/owners.ts';
import { holdQuotes, quoteOf } from '../state/quotes.ts';
import { watchlistHref } from '../state/route.ts';
import { session } from '../state/session.ts';
import { watchSymbols } from '../state/stream.ts';
import { useRead } from '../state/use-read.ts';
import { useTitle } from '../state/use-title.ts';
import { addSymbol, removeSymbol } from '../state/watchlist-changes.ts';
import { rowsOf, stillAhead } from '../state/watchlist-rows.ts';

/** A watchlist: its prices as they move, how old each is, and the button that asks for newer ones. */
export function WatchPage({ watchlist }: { watchlist: string }) {
  const adding = useSignal<readonly string[]>([]);
  const removing = useSignal<readonly string[]>([]);
  const readAt = useSignal<number | null>(null);
  const everyMs = useSignal(OPEN_EVERY_MS);
  const lists = useRead('GET /api/v1/watchlists', {}, { whole: true });
  const owners = useOwners();
  const path = { watchlist_id: watchlist };
  const items = useRead(
    'GET /api/v1/watchlists/{watchlist_id}/items',
    { path },
    {
      everyMs: auto.value ? everyMs.value : undefined,
      onData({ data }) {
        const quotes = data.flatMap(({ quote }) => quote ?? []);
        holdQuotes(quotes);
        const ahead = stillAhead(data, { adding: adding.value, removing: removing.value });
        adding.value = ahead.adding;
        removing.value = ahead.removing;
        readAt.value = serverNow();
        everyMs.value = everyMsFor(quotes.map((quote) => quote.session));
      },
    },
  );
  const told = items.data.value?.data ?? null;
  const rows = useMemo(() => computed(() => rowsOf(items.data.value?.data ?? [], adding.value, removing.value)), []);
  const symbols = rows.value.map(({ symbol }) => symbol).join(',');
  useEffect(() => watchSymbols(symbols === '' ? [] : symbols.split(',')), [symbols]);

  const list = lists.data.value?.data.find((each) =>
    watchlist === 'default' ? each.is_default : each.watchlist_id === watchlist,
  );
  const name = list?.name ?? 'Watchlist';
  useTitle(name);
  const mayChange = list !== undefined && (session.value?.role === 'admin' || list.user_id === session.value?.user_id);
  const change = { watchlist, adding, removing, again: items.again };
  const remove = useCallback((symbol: string) => void removeSymbol(change, symbol), [watchlist]);
  const scope = `watchlist ${watchlist}`;

  return (
    <>
      <div class="page-head">
        <div class="grow">
          <h1>{name}</h1>
        </div>
        <div class="actions">
          {mayChange && <AddSymbol add={(symbol) => addSymbol(change, symbol)} />}
          <RefreshButton
            scope={scope}
            after={items.again}
            start={() =>
              ask('POST /api/v1/market-data/watchlist/refresh', {
                body: watchlist === 'default' ? {} : { watchlist_id: watchlist },
              })
            }
          />
        </div>
      </div>
      <nav class="tabs" aria-label="Watchlists">
        {lists.data.value?.data.map((each) => {
          const id = each.is_default ? 'default' : each.watchlist_id;
          return (
            <a key={id} href={watchlistHref(id)} aria-current={each === list ? 'true' : undefined}>
              {each.name}
              {each.user_id !== session.value?.user_id && owned(owners.get(each.user_id ?? ''))}
            </a>
          );
        })}
        <NewWatchlist />
      </nav>
      <RefreshState scope={scope} />
      <Trouble
        text={items.trouble.value ?? lists.trouble.value}
        again={() => {
          items.again();
          lists.again();
        }}
      />
      <section class="card" aria-label="Prices">
        {told === null ? (
          <p class="empty">{unread(items)}</p>
        ) : rows.value.length === 0 ? (
          <p class="empty">This list is empty. {mayChange && 'Add a symbol above, such as AAPL or BTC-USD.'}</p>
        ) : (
          <QuoteTable rows={rows.value} remove={mayChange ? remove : undefined} />
        )}
        <div class="card-foot">
          <LastUpdated symbols={rows.value.map(({ symbol }) => symbol)} />
          <ReadAt at={readAt} />
        </div>
      </section>
    </>
  );
}

const owned = (by: string | undefined) => by && ` of ${by}`;

/** Apart from the page, so that its ticking lets the rows alone. */
function ReadAt({ at }: { at: Signal<number | null> }) {
  if (at.value === null) return null;
  return <span>Read {formatRelative(new Date(at.value).toISOString(), now.value)}</span>;
}

/** When the newest of these prices was fetched. */
function LastUpdated({ symbols }: { symbols: readonly string[] }) {
  const times = symbols.flatMap((symbol) => Date.parse(quoteOf(symbol).value?.fetched_at ?? '') || []);
  if (times.length === 0) return <span>No price yet</span>;
  const newest = Math.max(...times);
  return (
    <span>
      Last updated <time dateTime={new Date(newest).toISOString()}>{new Date(newest).toLocaleTimeString('en-GB')}</time>
      , {formatRelative(new Date(newest).toISOString(), Math.max(newest, now.value))}
    </span>
  );
}
