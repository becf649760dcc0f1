import { DEMO_PEOPLE } from './demo.ts';
import type { Queryable } from '../database/pool.ts';

/**
 * Whether an installation keeps real or simulated prices. They can't be told apart afterwards, because simulated ones
 * name the providers that they imitate.
 */
export type MarketKind = 'real' | 'simulated';

const SETTING = 'market';

/**
 * A start fills the database that it has marked within moments. An older mark on an empty database is from a failed
 * start.
 */
const FILLED_WITHIN = '1 minute';

interface Held {
  /** Which of both it is. Null: it may become either. */
  kind: MarketKind | null;
  marked: boolean;
}

/**
 * Tells which kind of prices a database keeps, without changing it; it may be of any version, or not migrated. Its mark
 * decides, unless there is nothing but an old mark. Without a mark it is simulated if the demo's people are there, and
 * real if there are other prices.
 */
export async function heldMarket(db: Queryable): Promise<MarketKind | null> {
  const { rows } = await db.query<{ migrated: boolean }>(`select to_regclass('settings') is not null as migrated`);
  return rows[0]?.migrated ? (await look(db)).kind : null;
}

/**
 * Marks a database, once and for ever, as one of real or of simulated prices: as what it is, or if that is open, as
 * what is wanted.
 * @returns which kind it is, and whether it has kept no prices so far
 */
export async function claimMarket(db: Queryable, wanted: MarketKind): Promise<{ kind: MarketKind; isNew: boolean }> {
  const { kind, marked } = await look(db);
  if (kind && marked) return { kind, isNew: false };
  const claimed = kind ?? wanted;
  // If two processes start at once on an empty database, the first one's mark counts.
  const { rows } = await db.query<{ value: MarketKind }>(
    `insert into settings (name, value) values ($1, $2)
     on conflict (name) do update set value = excluded.value, changed_at = now()
       where settings.changed_at <= now() - $3::interval
     returning value`,
    [SETTING, JSON.stringify(claimed), FILLED_WITHIN],
  );
  return { kind: rows[0]?.value ?? (await look(db)).kind ?? claimed, isNew: kind === null };
}

async function look(db: Queryable): Promise<Held> {
  const { rows } = await db.query<{
    mark: MarketKind | null;
    fresh: boolean;
    people: boolean;
    demo: boolean;
    prices: boolean;
  }>(
    `select m.value as mark, coalesce(m.changed_at > now() - $3::interval, false) as fresh,
            exists (select from users) as people, exists (select from users where name = $2) as demo,
            exists (select from latest_quotes) or exists (select from daily_bars) as prices
     from (values (1)) one left join settings m on m.name = $1`,
    [SETTING, DEMO_PEOPLE.second, FILLED_WITHIN],
  );
  const { mark = null, fresh, people, demo, prices } = rows[0] ?? {};
  if (mark) return { kind: fresh || people || prices ? mark : null, marked: true };
  return { kind: demo ? 'simulated' : prices ? 'real' : null, marked: false };
}
