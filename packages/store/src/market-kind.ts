import { DEMO_PEOPLE } from './demo.ts';
import type { Queryable } from './pool.ts';

/**
 * Whose prices an installation keeps. They can't be told apart afterwards: simulated ones name the providers that they
 * imitate.
 */
export type MarketKind = 'real' | 'simulated';

const SETTING = 'market';

/**
 * A start fills what it has marked within moments. A mark over nothing that is older is of one that came to nothing.
 */
const FILLED_WITHIN = '1 minute';

interface Held {
  /** What it is; null: it may become either. */
  kind: MarketKind | null;
  marked: boolean;
}

/**
 * What a database is, of whichever version, migrated or not; it is left as it is. That is what it is marked with,
 * unless nothing but an old mark is there. Without a mark it is simulated when the demo's people are there, and real
 * when there are other prices.
 */
export async function heldMarket(db: Queryable): Promise<MarketKind | null> {
  const { rows } = await db.query<{ migrated: boolean }>(`select to_regclass('settings') is not null as migrated`);
  return rows[0]?.migrated ? (await look(db)).kind : null;
}

/**
 * Marks a database, once and for ever, as one of real or of simulated prices: as what it is, or else as what it is
 * wanted for.
 * @returns what it is, and whether nobody has kept prices in it so far
 */
export async function claimMarket(db: Queryable, wanted: MarketKind): Promise<{ kind: MarketKind; isNew: boolean }> {
  const { kind, marked } = await look(db);
  if (kind && marked) return { kind, isNew: false };
  const claimed = kind ?? wanted;
  // Of two that start at once on an empty database, the first has said what it is.
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
