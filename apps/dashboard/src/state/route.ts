import { signal } from '@preact/signals';

/** Where the reader is. Addresses live behind the `#`, so that every one of them can be reloaded and shared as it is. */
export type Route =
  | { page: 'watch'; watchlist: string }
  | { page: 'symbol'; symbol: string }
  | { page: 'portfolios' }
  | { page: 'portfolio'; portfolio: string }
  | { page: 'strategies' }
  | { page: 'operations'; part: string }
  | { page: 'refresh'; refresh: string }
  | { page: 'unknown' };

export function parseRoute(hash: string): Route {
  const [page = '', rest] = hash.replace(/^#?\/?/, '').split('/', 2);
  const name = rest === undefined || rest === '' ? null : decoded(rest);
  switch (page) {
    case '':
      return { page: 'watch', watchlist: 'default' };
    case 'watchlists':
      return { page: 'watch', watchlist: name ?? 'default' };
    case 'symbols':
      return name === null ? { page: 'unknown' } : { page: 'symbol', symbol: name.toUpperCase() };
    case 'portfolios':
      return name === null ? { page: 'portfolios' } : { page: 'portfolio', portfolio: name };
    case 'strategies':
      return { page: 'strategies' };
    case 'operations':
      return { page: 'operations', part: name ?? 'providers' };
    case 'refreshes':
      return name === null ? { page: 'operations', part: 'refreshes' } : { page: 'refresh', refresh: name };
    default:
      return { page: 'unknown' };
  }
}

export const symbolHref = (symbol: string) => `#/symbols/${encodeURIComponent(symbol)}`;
export const refreshHref = (id: string) => `#/refreshes/${encodeURIComponent(id)}`;
export const portfolioHref = (id: string) => `#/portfolios/${encodeURIComponent(id)}`;
export const watchlistHref = (id: string) => `#/watchlists/${encodeURIComponent(id)}`;

export const route = signal<Route>({ page: 'watch', watchlist: 'default' });

export function followAddress(): void {
  const read = () => {
    route.value = parseRoute(location.hash);
  };
  addEventListener('hashchange', read);
  read();
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
