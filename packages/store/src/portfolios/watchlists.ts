import { type Actor, writeAudit } from '../access/audit.ts';
import { withinCaps } from '../access/caps.ts';
import { newId } from '../database/ids.ts';
import { type Pool, type Queryable, withTx } from '../database/pool.ts';

export interface WatchlistRow {
  id: string;
  userId: string | null;
  name: string;
  isDefault: boolean;
  version: number;
  createdAt: Date;
  symbols: string[];
}

const COLUMNS = `w.id, w.user_id as "userId", w.name, w.is_default as "isDefault", w.version, w.created_at as "createdAt",
  array(select i.symbol from watchlist_items i where i.watchlist_id = w.id order by i.position, i.symbol) as symbols`;

/**
 * The owner of a watchlist. `userId` is null for the default one, which is everybody's. Null: there is no such list.
 */
export async function watchlistOwner(db: Queryable, id: string): Promise<{ userId: string | null } | null> {
  const { rows } = await db.query<{ userId: string | null }>({
    name: 'watchlist-owner',
    text: 'select user_id as "userId" from watchlists where id = $1',
    values: [id],
  });
  return rows[0] ?? null;
}

/** By id, or the default one by the word `default`. */
export async function findWatchlist(db: Queryable, id: string): Promise<WatchlistRow | null> {
  const { rows } = await db.query<WatchlistRow>({
    name: 'find-watchlist',
    text: `select ${COLUMNS} from watchlists w where case when $1 = 'default' then w.is_default else w.id = $1 end
           order by w.created_at limit 1`,
    values: [id],
  });
  return rows[0] ?? null;
}

/** The default one and those of `userId` (null: all), by id. */
export async function listWatchlists(
  db: Queryable,
  page: { userId: string | null; after?: string; limit: number },
): Promise<WatchlistRow[]> {
  const { rows } = await db.query<WatchlistRow>(
    `select ${COLUMNS} from watchlists w where ($1::text is null or w.user_id = $1 or w.is_default)
       and ($2::text is null or w.id > $2) order by w.id limit $3`,
    [page.userId, page.after ?? null, page.limit],
  );
  return rows;
}

/** @throws CapReached */
export function createWatchlist(
  pool: Pool,
  watchlist: { userId: string; name: string; symbols: string[] },
  actor: Actor,
): Promise<WatchlistRow> {
  return withTx(pool, async (client) => {
    const id = newId('watchlist');
    await withinCaps(client, { userId: watchlist.userId, actor }, ['watchlists', 'watched symbols'], async () => {
      await client.query('insert into watchlists (id, user_id, name) values ($1, $2, $3)', [
        id,
        watchlist.userId,
        watchlist.name,
      ]);
      await putSymbols(client, id, watchlist.symbols);
    });
    await writeAudit(client, actor, { action: 'watchlist.created', subject: id, detail: { name: watchlist.name } });
    return (await findWatchlist(client, id)) as WatchlistRow;
  });
}

/** Null: its version isn't the expected one any more. @throws CapReached */
export function changeWatchlist(
  pool: Pool,
  { id, userId }: Pick<WatchlistRow, 'id' | 'userId'>,
  expected: number | '*',
  change: { name?: string; symbols?: string[] },
  actor: Actor,
): Promise<WatchlistRow | null> {
  return withTx(pool, async (client) => {
    const { symbols } = change;
    const write = async () => {
      const { rowCount } = await client.query(
        `update watchlists set name = coalesce($3, name), version = version + 1
         where id = $1 and ($2::int is null or version = $2)`,
        [id, expected === '*' ? null : expected, change.name ?? null],
      );
      if (rowCount === 0 || !symbols) return rowCount === 1;
      await client.query('delete from watchlist_items where watchlist_id = $1 and symbol <> all($2)', [id, symbols]);
      await putSymbols(client, id, symbols);
      return true;
    };
    // The lock of the caps is taken before the row's, as in `addToWatchlist`: otherwise the two could deadlock.
    const changed = symbols ? await withinCaps(client, { userId, actor }, ['watched symbols'], write) : await write();
    if (!changed) return null;
    await writeAudit(client, actor, { action: 'watchlist.changed', subject: id, detail: change });
    return findWatchlist(client, id);
  });
}

export function deleteWatchlist(pool: Pool, id: string, expected: number | '*', actor: Actor): Promise<boolean> {
  return withTx(pool, async (client) => {
    const { rowCount } = await client.query(
      'delete from watchlists where id = $1 and ($2::int is null or version = $2)',
      [id, expected === '*' ? null : expected],
    );
    if (rowCount === 0) return false;
    await writeAudit(client, actor, { action: 'watchlist.deleted', subject: id });
    return true;
  });
}

/** False: the symbol was there already. @throws CapReached */
export function addToWatchlist(
  pool: Pool,
  { id, userId }: Pick<WatchlistRow, 'id' | 'userId'>,
  symbol: string,
  actor: Actor,
): Promise<boolean> {
  return withTx(pool, async (client) => {
    const { rowCount } = await withinCaps(client, { userId, actor }, ['watched symbols'], () =>
      client.query(
        `insert into watchlist_items (watchlist_id, symbol, position)
         values ($1, $2, (select coalesce(max(position), 0) + 1 from watchlist_items where watchlist_id = $1))
         on conflict do nothing`,
        [id, symbol],
      ),
    );
    if (rowCount === 0) return false;
    await client.query('update watchlists set version = version + 1 where id = $1', [id]);
    await writeAudit(client, actor, { action: 'watchlist.symbol_added', subject: id, detail: { symbol } });
    return true;
  });
}

export function removeFromWatchlist(pool: Pool, id: string, symbol: string, actor: Actor): Promise<boolean> {
  return withTx(pool, async (client) => {
    const { rowCount } = await client.query('delete from watchlist_items where watchlist_id = $1 and symbol = $2', [
      id,
      symbol,
    ]);
    if (rowCount === 0) return false;
    await client.query('update watchlists set version = version + 1 where id = $1', [id]);
    await writeAudit(client, actor, { action: 'watchlist.symbol_removed', subject: id, detail: { symbol } });
    return true;
  });
}

export interface WatchlistItemRow {
  symbol: string;
  name: string | null;
  addedAt: Date;
  status: string | null;
}

/** Its symbols in their order, with what is known of the assets. */
export async function watchlistItems(db: Queryable, id: string): Promise<WatchlistItemRow[]> {
  const { rows } = await db.query<WatchlistItemRow>({
    name: 'watchlist-items',
    text: `select i.symbol, a.name, i.added_at as "addedAt", a.status from watchlist_items i
           left join assets a on a.symbol = i.symbol where i.watchlist_id = $1 order by i.position, i.symbol`,
    values: [id],
  });
  return rows;
}

async function putSymbols(db: Queryable, id: string, symbols: string[]): Promise<void> {
  await db.query(
    `insert into watchlist_items (watchlist_id, symbol, position)
     select $1, symbol, min(place) from unnest($2::text[]) with ordinality as t(symbol, place) group by symbol
     on conflict (watchlist_id, symbol) do update set position = excluded.position
       where watchlist_items.position <> excluded.position`,
    [id, symbols],
  );
}
