import { createHash } from 'node:crypto';
import pg from 'pg';
import type { Role } from '@freshet/contracts';
import { ensureAssets } from '../prices/assets-write.ts';
import { baseAssets, DEMO_PEOPLE, DEMO_PORTFOLIOS, DEMO_STRATEGY, DEMO_WATCHLIST } from './demo.ts';
import { newId } from '../database/ids.ts';
import { createKey, findKey } from '../access/keys.ts';
import { createUser } from '../access/users.ts';

export type BaseKeys = Record<Role, string>;

/** An arbitrary number that nothing else locks. With it, two first starts at the same time seed once. */
const SEED_LOCK = 7_305_013;

/** The users that own the keys of a first start. */
const NAMES: Record<Role, string> = { admin: 'admin', support: 'support', system: 'system', user: 'user' };

/**
 * Makes sure that the base is there: the four machine keys, the base assets, the default watchlist, and with `demo` two
 * people with portfolios and a strategy index. Idempotent: a second call with the keys of the first changes nothing,
 * and demo data that was changed or deleted since stays as it is. `userId` owns the `user` key: it is the first of the
 * demo's two people, unless the keys are older than the demo.
 */
export async function ensureBase(
  databaseUrl: string,
  options: { demo: boolean; keys?: BaseKeys },
): Promise<{ keys: BaseKeys; userId: string }> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'freshet-seed' });
  await client.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [SEED_LOCK]);
    const names = options.demo ? { ...NAMES, user: DEMO_PEOPLE.first } : NAMES;
    const { keys, userId } = await ensureKeys(client, names, options.keys);
    await ensureAssets(client, baseAssets());
    await ensureWatchlist(client);
    if (options.demo) await seedDemo(client, userId);
    await client.query('commit');
    return { keys, userId };
  } finally {
    await client.end();
  }
}

/** What every installation knows, whoever uses it: the base assets and the default watchlist. Idempotent. */
export async function ensureKnown(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'freshet-seed' });
  await client.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [SEED_LOCK]);
    await ensureAssets(client, baseAssets());
    await ensureWatchlist(client);
    await client.query('commit');
  } finally {
    await client.end();
  }
}

async function ensureUser(client: pg.Client, name: string): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `insert into users (id, name) values ($1, $2) on conflict (name) do update set name = excluded.name returning id`,
    [newId('user'), name],
  );
  return (rows[0] as { id: string }).id;
}

/** Keys that exist keep their owners. `userId`: the owner of the `user` key. */
async function ensureKeys(
  client: pg.Client,
  names: Record<Role, string>,
  held?: BaseKeys,
): Promise<{ keys: BaseKeys; userId: string }> {
  const keys = {} as BaseKeys;
  const owners = {} as Record<Role, string>;
  for (const role of Object.keys(names) as Role[]) {
    const secret = held?.[role];
    const owner = secret && (await findKey(client, secret))?.userId;
    owners[role] = owner || (await ensureUser(client, names[role]));
    keys[role] = owner
      ? secret
      : (await createKey(client, { userId: owners[role], role, name: `${role} (first start)`, secret })).secret;
  }
  return { keys, userId: owners.user };
}

async function ensureWatchlist(client: pg.Client): Promise<void> {
  const { rows } = await client.query('select from watchlists where is_default');
  if (rows.length > 0) return;
  const id = newId('watchlist');
  await client.query(`insert into watchlists (id, name, is_default) values ($1, 'Default', true)`, [id]);
  await client.query(
    `insert into watchlist_items (watchlist_id, symbol, position)
     select $1, symbol, place from unnest($2::text[]) with ordinality as t(symbol, place)`,
    [id, DEMO_WATCHLIST],
  );
}

/** Seeds once: if the second of the two people exists it was done, because users are never deleted. */
async function seedDemo(client: pg.Client, firstUser: string): Promise<void> {
  const second = await createUser(client, DEMO_PEOPLE.second);
  if (!second) return;
  const owners = [firstUser, second.id];
  for (const [i, portfolio] of DEMO_PORTFOLIOS.entries()) {
    const owner = owners[i % owners.length] as string;
    const id = newId('portfolio');
    await client.query(
      `insert into portfolios (id, user_id, name, currency, cash, created_at) values ($1, $2, $3, $4, $5, now() - interval '2 years')`,
      [id, owner, portfolio.name, portfolio.currency, portfolio.cash],
    );
    for (const [symbol, quantity, cost, target] of portfolio.holdings) {
      const holding = newId('holding');
      await client.query(
        `insert into holdings (id, portfolio_id, symbol, quantity, cost, target_weight, created_at)
         values ($1, $2, $3, $4, $5, $6, now() - interval '2 years')`,
        [holding, id, symbol, quantity, cost, target],
      );
      await client.query(
        `insert into holding_changes (portfolio_id, holding_id, symbol, version, quantity, cost, changed_by, at)
         values ($1, $2, $3, 1, $4, $5, $6, now() - interval '2 years')`,
        [id, holding, symbol, quantity, cost, owner],
      );
    }
  }
  const strategyId = `stg_${createHash('sha256').update(DEMO_STRATEGY.name).digest('hex').slice(0, 26)}`;
  await client.query(`insert into strategies (id, name, method, options, symbols) values ($1, $2, $3, $4, $5)`, [
    strategyId,
    DEMO_STRATEGY.name,
    DEMO_STRATEGY.method,
    DEMO_STRATEGY.options,
    DEMO_STRATEGY.symbols,
  ]);
}
