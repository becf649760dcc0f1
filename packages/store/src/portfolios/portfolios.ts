import type { PortfolioValuation } from '@freshet/contracts';
import { writeEvents } from '../events/announce.ts';
import { type Actor, writeAudit } from '../access/audit.ts';
import { withinCaps } from '../access/caps.ts';
import { newId } from '../database/ids.ts';
import { type Client, type Pool, type Queryable, withTx } from '../database/pool.ts';
import { type CompactValuation, wholeValuation } from '../follow/valuation.ts';

export interface PortfolioRow {
  id: string;
  userId: string;
  name: string;
  currency: string;
  cash: string;
  benchmark: string;
  active: boolean;
  version: number;
  createdAt: Date;
}

/** A portfolio beside its last snapshot. */
export interface ValuedPortfolioRow extends PortfolioRow {
  value: string | null;
  asOf: Date | null;
}

const COLUMNS = `p.id, p.user_id as "userId", p.name, p.currency, p.cash, p.benchmark, p.active, p.version,
  p.created_at as "createdAt"`;

/** One portfolio, of `userId` when that is given. */
export async function findPortfolio(db: Queryable, id: string, userId: string | null): Promise<PortfolioRow | null> {
  const { rows } = await db.query<PortfolioRow>({
    name: 'find-portfolio',
    text: `select ${COLUMNS} from portfolios p where p.id = $1 and ($2::text is null or p.user_id = $2)`,
    values: [id, userId],
  });
  return rows[0] ?? null;
}

/** The portfolios of one user, or of all (null), in order of id. */
export async function listPortfolios(
  db: Queryable,
  page: { userId: string | null; after?: string; limit: number },
): Promise<ValuedPortfolioRow[]> {
  const { rows } = await db.query<ValuedPortfolioRow>(
    `select ${COLUMNS}, s.value, s.as_of as "asOf" from portfolios p left join portfolio_snapshots s on s.portfolio_id = p.id
     where ($1::text is null or p.user_id = $1) and ($2::text is null or p.id > $2) order by p.id limit $3`,
    [page.userId, page.after ?? null, page.limit],
  );
  return rows;
}

export interface NewPortfolio {
  userId: string;
  name: string;
  currency: string;
  cash: string;
  benchmark: string;
}

/** @throws CapReached */
export function createPortfolio(pool: Pool, portfolio: NewPortfolio, actor: Actor): Promise<PortfolioRow> {
  return withTx(pool, async (client) => {
    const { userId } = portfolio;
    const { rows } = await withinCaps(client, { userId, actor }, ['portfolios'], () =>
      client.query<PortfolioRow>(
        `insert into portfolios as p (id, user_id, name, currency, cash, benchmark) values ($1, $2, $3, $4, $5, $6) returning ${COLUMNS}`,
        [newId('portfolio'), userId, portfolio.name, portfolio.currency, portfolio.cash, portfolio.benchmark],
      ),
    );
    const row = rows[0] as PortfolioRow;
    await tellOfChange(client, row, 'created', actor, { name: row.name, cash: row.cash });
    return row;
  });
}

/** Null: its version isn't the expected one any more. */
export function changePortfolio(
  pool: Pool,
  id: string,
  expected: number | '*',
  change: { name?: string; cash?: string; benchmark?: string; active?: boolean },
  actor: Actor,
): Promise<PortfolioRow | null> {
  return withTx(pool, async (client) => {
    const { rows } = await client.query<PortfolioRow & { cashWas: string }>(
      `update portfolios p set name = coalesce($3, name), cash = coalesce($4, p.cash), benchmark = coalesce($5, benchmark),
         active = coalesce($6, active), version = version + 1
       from (select id, cash from portfolios where id = $1 for update) was
       where p.id = was.id and ($2::int is null or version = $2) returning ${COLUMNS}, was.cash as "cashWas"`,
      [
        id,
        expected === '*' ? null : expected,
        change.name ?? null,
        change.cash ?? null,
        change.benchmark ?? null,
        change.active ?? null,
      ],
    );
    if (!rows[0]) return null;
    const { cashWas, ...row } = rows[0];
    // The portfolio's history needs the amount of cash before the change.
    await tellOfChange(
      client,
      row,
      'changed',
      actor,
      change.cash === undefined ? change : { ...change, cash_was: cashWas },
    );
    return row;
  });
}

export function deletePortfolio(pool: Pool, id: string, expected: number | '*', actor: Actor): Promise<boolean> {
  return withTx(pool, async (client) => {
    const { rows } = await client.query<PortfolioRow>(
      `delete from portfolios p where id = $1 and ($2::int is null or version = $2) returning ${COLUMNS}`,
      [id, expected === '*' ? null : expected],
    );
    if (!rows[0]) return false;
    await client.query('delete from holding_changes where portfolio_id = $1', [id]);
    await client.query('delete from metrics where subject = $1', [id]);
    await tellOfChange(client, rows[0], 'deleted', actor, { name: rows[0].name });
    return true;
  });
}

/** Writes the audit entry, the event and the cache invalidation of a change, in the transaction that makes it. */
export async function tellOfChange(
  client: Client,
  { id, userId }: Pick<PortfolioRow, 'id' | 'userId'>,
  operation: string,
  actor: Actor,
  detail: object,
): Promise<void> {
  await writeAudit(client, actor, { action: `portfolio.${operation}`, subject: id, detail });
  const about = { user_id: userId, portfolio_id: id, operation };
  await writeEvents(client, [
    { type: 'portfolio_update', userId, items: [about] },
    { type: 'cache_invalidation', userId, items: [{ type: 'portfolio', ...about }] },
  ]);
}

export interface SnapshotRow {
  version: number;
  asOf: Date;
  value: string;
  valuation: PortfolioValuation;
  refreshId: string | null;
}

/** The last good valuation. */
export async function readSnapshot(db: Queryable, portfolioId: string): Promise<SnapshotRow | null> {
  const { rows } = await db.query<Omit<SnapshotRow, 'valuation'> & { valuation: CompactValuation }>({
    name: 'read-snapshot',
    text: `select version, as_of as "asOf", value, valuation, refresh_id as "refreshId" from portfolio_snapshots where portfolio_id = $1`,
    values: [portfolioId],
  });
  return rows[0] ? { ...rows[0], valuation: wholeValuation(rows[0].valuation) } : null;
}

const money = (float: string) => `trim_scale(round(${float}::numeric, 4))::text`;

export interface ValuePoint {
  session: string;
  value: string;
  flow: string;
  growth: number;
}

/**
 * The value at the end of each session, oldest first. Money is rounded to a hundredth of a cent, because series are
 * floats, and has no zeros at its end, as everywhere else.
 */
export async function portfolioHistory(
  db: Queryable,
  portfolioId: string,
  from: string | null,
  to: string | null,
): Promise<ValuePoint[]> {
  const { rows } = await db.query<ValuePoint>({
    name: 'portfolio-history',
    text: `select t.session, ${money('t.value')} as value, ${money('t.flow')} as flow, t.growth
           from portfolio_series s, unnest(s.sessions, s.values, s.flows, s.growth) as t(session, value, flow, growth)
           where s.portfolio_id = $1 and ($2::date is null or t.session >= $2) and ($3::date is null or t.session <= $3)
           order by t.session`,
    values: [portfolioId, from, to],
  });
  return rows;
}
