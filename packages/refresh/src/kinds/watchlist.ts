import { type Kind, narrowed, nothing } from './kind.ts';

/** The symbols of one watchlist; of the default one when none is named. */
export const watchlist: Kind = {
  kind: 'watchlist',
  title: 'The symbols of a watchlist',
  calculates: false,
  async scope({ target, symbols }, source) {
    return { ...nothing, symbols: narrowed(await source.watchlist(target.watchlist_id ?? null), symbols) };
  },
};
