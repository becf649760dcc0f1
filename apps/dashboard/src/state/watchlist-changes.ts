import type { Signal } from '@preact/signals';
import { ask, reasonOf } from '../api/ask.ts';
import { notify } from './notices.ts';
import { startRefresh } from './refreshes.ts';

/** A watchlist that is being changed: what is shown ahead of the server's answer. */
export interface Change {
  watchlist: string;
  adding: Signal<readonly string[]>;
  removing: Signal<readonly string[]>;
  /** Reads the list again. */
  again(): void;
}

/** Shows the symbol at once, asks, and takes it back with the reason when the server says no. @returns whether it was added */
export async function addSymbol(change: Change, symbol: string): Promise<boolean> {
  const { watchlist, adding, removing, again } = change;
  adding.value = [...without(adding.value, symbol), symbol];
  removing.value = without(removing.value, symbol);
  try {
    const { refresh_id } = await ask('POST /api/v1/watchlists/{watchlist_id}/items', {
      path: { watchlist_id: watchlist },
      body: { stock_symbol: symbol },
    });
    again();
    if (refresh_id !== null) void followItsPrice(change, symbol, refresh_id);
    return true;
  } catch (error) {
    notify(`${symbol} was not added: ${reasonOf(error)}`, 'bad');
    adding.value = without(adding.value, symbol);
    return false;
  }
}

/** Hides the symbol at once, asks, and shows it again with the reason if the server refuses. */
export async function removeSymbol({ watchlist, removing, again }: Change, symbol: string): Promise<void> {
  removing.value = [...without(removing.value, symbol), symbol];
  try {
    await ask('DELETE /api/v1/watchlists/{watchlist_id}/items/{symbol}', { path: { watchlist_id: watchlist, symbol } });
    again();
  } catch (error) {
    notify(`${symbol} was not removed: ${reasonOf(error)}`, 'bad');
    removing.value = without(removing.value, symbol);
  }
}

const without = (symbols: readonly string[], symbol: string) => symbols.filter((each) => each !== symbol);

async function followItsPrice({ again }: Change, symbol: string, refreshId: string): Promise<void> {
  const { status, view } = await startRefresh(`first price of ${symbol}`, () =>
    ask('GET /api/v1/refreshes/{refresh_id}', { path: { refresh_id: refreshId } }),
  );
  const failure = view && 'failures' in view ? view.failures[0] : undefined;
  if (status === 'failed' || failure) notify(`${symbol}: ${failure?.detail ?? 'no provider gave a price'}`, 'bad');
  again();
}
