import { writeEvents } from '../events/announce.ts';
import { NOBODY, writeAudit } from '../access/audit.ts';
import { CHUNK, inChunks } from '../database/in-chunks.ts';
import type { Pool } from '../database/pool.ts';

/** How long a symbol that never had a price is remembered as unknown. */
const UNKNOWN_DAYS = 90;

/**
 * Symbols that no provider knows and nobody wants any more. Each is probed every week, and anybody can invent some.
 */
const UNKNOWN = `
  select a.symbol from assets a where a.status <> 'active' and a.indexes = '{}' and a.created_at < now() - interval '${UNKNOWN_DAYS} days'
    and not exists (select from latest_quotes q where q.symbol = a.symbol)
    and not exists (select from daily_bars b where b.symbol = a.symbol)
    and not exists (select from wants w where w.symbol = a.symbol)
    and not exists (select from watchlist_items i where i.symbol = a.symbol)
    and not exists (select from holdings h where h.symbol = a.symbol)
    and not exists (select from portfolios p where p.benchmark = a.symbol)
    and not exists (select from strategies s where a.symbol = any(s.symbols))
  limit ${CHUNK}`;

/**
 * What was calculated of something that is gone since. Nobody can read it any more, except metrics that appear in
 * lists.
 */
const ORPHANS = {
  metrics: `delete from metrics where ctid in (select m.ctid from metrics m where m.subject like 'pf\\_%'
     and not exists (select from portfolios p where p.id = m.subject)
     or m.subject like 'stg\\_%' and not exists (select from strategies s where s.id = m.subject) limit ${CHUNK})`,
  allocations: `delete from allocations where ctid in (select a.ctid from allocations a
     where not exists (select from strategies s where s.id = a.strategy_id) limit ${CHUNK})`,
  signals: `delete from signals where ctid in (select g.ctid from signals g
     where not exists (select from strategies s where s.id = g.strategy_id) limit ${CHUNK})`,
  index_values: `delete from index_values where ctid in (select v.ctid from index_values v
     where not exists (select from strategies s where s.id = v.index_id) limit ${CHUNK})`,
  holding_changes: `delete from holding_changes where id in (select c.id from holding_changes c
     where not exists (select from portfolios p where p.id = c.portfolio_id) limit ${CHUNK})`,
  assets: `delete from assets where symbol in (${UNKNOWN})`,
  // The anomaly of an unknown symbol is open until the symbol has a price: after the symbol is gone it would be for
  // ever.
  anomalies: `delete from anomalies where id in (select o.id from anomalies o where o.resolved_at is null
     and not exists (select from assets a where a.symbol = o.symbol) limit ${CHUNK})`,
};

/**
 * The weekly deep clean: removes orphans that nothing points at, gives the planner fresh statistics, and has every
 * process drop its cached answers: even if an invalidation was lost, no answer outlives the week. Cache entries in
 * Redis expire by themselves.
 * @returns how many rows were removed from each table, as in the audit log
 */
export async function deepClean(pool: Pool): Promise<Record<string, number>> {
  const removed: Record<string, number> = {};
  for (const [table, text] of Object.entries(ORPHANS)) removed[table] = await inChunks(pool, text);
  for (const table of ['latest_quotes', 'refreshes', 'refresh_items', 'wants', 'daily_bars', 'events'])
    await pool.query(`analyze ${table}`);
  const everything = { type: 'all', user_id: null, portfolio_id: null, operation: 'deep_clean' };
  await writeEvents(pool, [{ type: 'cache_invalidation', userId: null, items: [everything] }]);
  await writeAudit(pool, NOBODY, { action: 'deep_clean.finished', subject: null, detail: { removed } });
  return removed;
}
