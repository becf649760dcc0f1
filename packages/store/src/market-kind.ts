import { DEMO_PEOPLE } from './demo.ts';
import type { Queryable } from './pool.ts';
import { readSetting } from './schedules.ts';

/** Whose prices an installation keeps. They can't be told apart afterwards: simulated ones name the providers that they imitate. */
export type MarketKind = 'real' | 'simulated';

const SETTING = 'market';

/**
 * Marks a database, once and for ever, as one of real or of simulated prices. What has no mark is what it holds: simulated when the
 * demo's people are there, real when there are other prices, and with neither what it is wanted for.
 * @returns what it is, and whether nobody has kept prices in it so far
 */
export async function claimMarket(db: Queryable, wanted: MarketKind): Promise<{ kind: MarketKind; isNew: boolean }> {
  const marked = await readSetting<MarketKind | null>(db, SETTING, null);
  if (marked) return { kind: marked, isNew: false };
  const { rows } = await db.query<{ demo: boolean; prices: boolean }>(
    `select exists (select from users where name = $1) as demo,
            exists (select from latest_quotes) or exists (select from daily_bars) as prices`,
    [DEMO_PEOPLE.second],
  );
  const { demo = false, prices = false } = rows[0] ?? {};
  const found: MarketKind = demo ? 'simulated' : prices ? 'real' : wanted;
  // Of two that start at once on an empty database, the first has said what it is.
  await db.query('insert into settings (name, value) values ($1, $2) on conflict (name) do nothing', [
    SETTING,
    JSON.stringify(found),
  ]);
  return { kind: await readSetting(db, SETTING, found), isNew: !demo && !prices };
}
