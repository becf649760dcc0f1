import { addAssets, type NewAsset } from '../prices/assets-write.ts';
import { type Actor, writeAudit } from '../access/audit.ts';
import { newId } from '../database/ids.ts';
import { type Pool, type Queryable, withTx } from '../database/pool.ts';

export interface StrategyRow {
  id: string;
  name: string;
  method: string;
  options: Record<string, unknown>;
  symbols: string[];
  appliesToIndex: boolean;
  capital: string;
  active: boolean;
  version: number;
  createdAt: Date;
}

const COLUMNS = `id, name, method, options, symbols, applies_to_index as "appliesToIndex", capital, active, version,
  created_at as "createdAt"`;

export interface StrategyFields {
  name?: string;
  method?: string;
  options?: object;
  symbols?: string[];
  appliesToIndex?: boolean;
  capital?: string;
  active?: boolean;
}

export async function findStrategy(db: Queryable, id: string): Promise<StrategyRow | null> {
  const { rows } = await db.query<StrategyRow>(`select ${COLUMNS} from strategies where id = $1`, [id]);
  return rows[0] ?? null;
}

/** By id. */
export async function listStrategies(db: Queryable, page: { after?: string; limit: number }): Promise<StrategyRow[]> {
  const { rows } = await db.query<StrategyRow>(
    `select ${COLUMNS} from strategies where ($1::text is null or id > $1) order by id limit $2`,
    [page.after ?? null, page.limit],
  );
  return rows;
}

/** With its symbols as assets, so that they are fetched from now on. Null: the name is taken. */
export function createStrategy(
  pool: Pool,
  fields: StrategyFields & { name: string; method: string; symbols: string[] },
  assets: NewAsset[],
  actor: Actor,
): Promise<StrategyRow | null> {
  return withTx(pool, async (client) => {
    const { rows } = await client.query<StrategyRow>(
      `insert into strategies (id, name, method, options, symbols, applies_to_index, capital)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict (name) do nothing returning ${COLUMNS}`,
      [
        newId('strategy'),
        fields.name,
        fields.method,
        JSON.stringify(fields.options ?? {}),
        [...new Set(fields.symbols)],
        fields.appliesToIndex ?? true,
        fields.capital ?? '100000',
      ],
    );
    if (!rows[0]) return null;
    await addAssets(client, assets);
    await writeAudit(client, actor, { action: 'strategy.created', subject: rows[0].id, detail: fields });
    return rows[0];
  });
}

const UNIQUE_VIOLATION = '23505';

/** With new symbols as assets. Null: its version isn't the expected one any more. `taken`: another has the new name. */
export function changeStrategy(
  pool: Pool,
  id: string,
  expected: number | '*',
  change: StrategyFields,
  assets: NewAsset[],
  actor: Actor,
): Promise<StrategyRow | 'taken' | null> {
  return withTx(pool, async (client) => {
    const { rows } = await client.query<StrategyRow>(
      `update strategies set name = coalesce($3, name), method = coalesce($4, method), options = coalesce($5, options),
         symbols = coalesce($6, symbols), applies_to_index = coalesce($7, applies_to_index), capital = coalesce($8, capital),
         active = coalesce($9, active), version = version + 1
       where id = $1 and ($2::int is null or version = $2) returning ${COLUMNS}`,
      [
        id,
        expected === '*' ? null : expected,
        change.name ?? null,
        change.method ?? null,
        change.options ? JSON.stringify(change.options) : null,
        change.symbols ? [...new Set(change.symbols)] : null,
        change.appliesToIndex ?? null,
        change.capital ?? null,
        change.active ?? null,
      ],
    );
    if (!rows[0]) return null;
    await addAssets(client, assets);
    await writeAudit(client, actor, { action: 'strategy.changed', subject: id, detail: change });
    return rows[0];
  }).catch((error: unknown) => {
    if ((error as { code?: string }).code === UNIQUE_VIOLATION) return 'taken';
    throw error;
  });
}

export function deleteStrategy(pool: Pool, id: string, expected: number | '*', actor: Actor): Promise<boolean> {
  return withTx(pool, async (client) => {
    const { rowCount } = await client.query(
      'delete from strategies where id = $1 and ($2::int is null or version = $2)',
      [id, expected === '*' ? null : expected],
    );
    if (rowCount === 0) return false;
    await writeAudit(client, actor, { action: 'strategy.deleted', subject: id });
    return true;
  });
}
