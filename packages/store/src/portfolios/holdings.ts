import type { Actor } from '../access/audit.ts';
import { withinCaps } from '../access/caps.ts';
import { newId } from '../database/ids.ts';
import { type Client, type Pool, type Queryable, withTx } from '../database/pool.ts';
import { tellOfChange, type PortfolioRow } from './portfolios.ts';

export interface HoldingRow {
  id: string;
  portfolioId: string;
  symbol: string;
  quantity: string;
  /** Null: not stated. */
  cost: string | null;
  targetWeight: string | null;
  version: number;
  createdAt: Date;
}

const COLUMNS = `id, portfolio_id as "portfolioId", symbol, quantity, cost, target_weight as "targetWeight", version,
  created_at as "createdAt"`;

type Owner = Pick<PortfolioRow, 'id' | 'userId'>;

export async function findHolding(db: Queryable, portfolioId: string, id: string): Promise<HoldingRow | null> {
  const { rows } = await db.query<HoldingRow>({
    name: 'find-holding',
    text: `select ${COLUMNS} from holdings where portfolio_id = $1 and id = $2`,
    values: [portfolioId, id],
  });
  return rows[0] ?? null;
}

/** The holding of that symbol. */
export async function findHoldingOf(db: Queryable, portfolioId: string, symbol: string): Promise<HoldingRow | null> {
  const { rows } = await db.query<HoldingRow>(
    `select ${COLUMNS} from holdings where portfolio_id = $1 and symbol = $2`,
    [portfolioId, symbol],
  );
  return rows[0] ?? null;
}

/** In order of symbol. */
export async function listHoldings(
  db: Queryable,
  portfolioId: string,
  page: { after?: string; limit: number },
): Promise<HoldingRow[]> {
  const { rows } = await db.query<HoldingRow>(
    `select ${COLUMNS} from holdings where portfolio_id = $1 and ($2::text is null or symbol > $2) order by symbol limit $3`,
    [portfolioId, page.after ?? null, page.limit],
  );
  return rows;
}

/** Null: the portfolio holds this symbol already. @throws CapReached */
export function createHolding(
  pool: Pool,
  portfolio: Owner,
  holding: { symbol: string; quantity: string; cost: string | null; targetWeight: number | null },
  actor: Actor,
): Promise<HoldingRow | null> {
  return withTx(pool, async (client) => {
    const { rows } = await withinCaps(client, { userId: portfolio.userId, actor }, ['holdings'], () =>
      client.query<HoldingRow>(
        `insert into holdings (id, portfolio_id, symbol, quantity, cost, target_weight) values ($1, $2, $3, $4, $5, $6)
       on conflict (portfolio_id, symbol) do nothing returning ${COLUMNS}`,
        [newId('holding'), portfolio.id, holding.symbol, holding.quantity, holding.cost, holding.targetWeight],
      ),
    );
    if (!rows[0]) return null;
    await recordVersion(client, portfolio, rows[0], { operation: 'holding_added', actor });
    return rows[0];
  });
}

/** Null: its version isn't the expected one any more. A target or cost that is given as `null` is removed. */
export function changeHolding(
  pool: Pool,
  portfolio: Owner,
  id: string,
  expected: number | '*',
  change: { quantity?: string; cost?: string | null; targetWeight?: number | null },
  actor: Actor,
): Promise<HoldingRow | null> {
  return withTx(pool, async (client) => {
    const { rows } = await client.query<HoldingRow>(
      `update holdings set quantity = coalesce($4, quantity),
         changed_at = case when $4::numeric is null then changed_at else now() end,
         cost = case when $5 then $6::numeric else cost end,
         target_weight = case when $7 then $8::numeric else target_weight end, version = version + 1
       where portfolio_id = $1 and id = $2 and ($3::int is null or version = $3) returning ${COLUMNS}`,
      [
        portfolio.id,
        id,
        expected === '*' ? null : expected,
        change.quantity ?? null,
        change.cost !== undefined,
        change.cost ?? null,
        change.targetWeight !== undefined,
        change.targetWeight ?? null,
      ],
    );
    if (!rows[0]) return null;
    await recordVersion(client, portfolio, rows[0], {
      operation: 'holding_changed',
      actor,
      statesQuantity: change.quantity !== undefined,
    });
    return rows[0];
  });
}

/** Records a last change with a quantity of 0, which counts as a sale. */
export function deleteHolding(
  pool: Pool,
  portfolio: Owner,
  id: string,
  expected: number | '*',
  actor: Actor,
): Promise<boolean> {
  return withTx(pool, async (client) => {
    const { rows } = await client.query<HoldingRow>(
      `delete from holdings where portfolio_id = $1 and id = $2 and ($3::int is null or version = $3) returning ${COLUMNS}`,
      [portfolio.id, id, expected === '*' ? null : expected],
    );
    if (!rows[0]) return false;
    const gone = { ...rows[0], quantity: '0', cost: '0', version: rows[0].version + 1 };
    await recordVersion(client, portfolio, gone, { operation: 'holding_removed', actor });
    return true;
  });
}

/** `statesQuantity`: the change states how many there are from now on, not just their cost or target weight. */
async function recordVersion(
  client: Client,
  portfolio: Owner,
  holding: HoldingRow,
  { operation, actor, statesQuantity = true }: { operation: string; actor: Actor; statesQuantity?: boolean },
): Promise<void> {
  const { id, symbol, quantity, cost, version } = holding;
  await client.query(
    `insert into holding_changes (portfolio_id, holding_id, symbol, version, quantity, cost, changed_by, states_quantity)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [portfolio.id, id, symbol, version, quantity, cost, actor.userId, statesQuantity],
  );
  // From now on the portfolio's stored snapshot is of an older version.
  await client.query('update portfolios set version = version + 1 where id = $1', [portfolio.id]);
  await tellOfChange(client, portfolio, operation, actor, { holding_id: id, symbol, quantity, cost, version });
}

export interface HoldingChangeRow {
  id: number;
  holdingId: string;
  symbol: string;
  version: number;
  quantity: string;
  cost: string | null;
  changedBy: string | null;
  at: Date;
}

/** Newest first. */
export async function listHoldingChanges(
  db: Queryable,
  portfolioId: string,
  holdingId: string,
  page: { before?: number; limit: number },
): Promise<HoldingChangeRow[]> {
  const { rows } = await db.query<HoldingChangeRow>(
    `select id, holding_id as "holdingId", symbol, version, quantity, cost, changed_by as "changedBy", at from holding_changes
     where portfolio_id = $1 and holding_id = $2 and ($3::bigint is null or id < $3) order by id desc limit $4`,
    [portfolioId, holdingId, page.before ?? null, page.limit],
  );
  return rows;
}
