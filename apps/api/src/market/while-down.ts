import { type ItemRow, type Pool, triedSoFar } from '@freshet/store';

/** Failures that say that a provider is down. */
const DOWN = ['unavailable', 'malformed'];
/** So many that are down are no hiccup of one of them. */
const OUTAGE = 2;

/**
 * What can be said of symbols whose refresh hasn't ended when its caller's time is up: those that still wait count as failed for what a
 * provider that is down said, while the rest of their chain goes on being waited for. Null: somebody waits for another reason, or one
 * provider's hiccup is all that was met, so that a new price may be near.
 */
export async function whileDown(
  pool: Pool,
  symbols: readonly string[],
  items: ReadonlyMap<string, ItemRow>,
): Promise<Map<string, ItemRow> | null> {
  const open = symbols.filter((symbol) => (items.get(symbol)?.state ?? 'waiting') === 'waiting');
  const tried = await triedSoFar(pool, open);
  const all = new Map(items);
  for (const symbol of open) {
    const chain = tried.get(symbol) ?? [];
    const failed = chain.filter(({ reason }) => DOWN.includes(reason));
    const down = failed.at(-1);
    if (!down || failed.length < OUTAGE) return null;
    const { reason, detail = `${down.provider} is down` } = down;
    const about = { subject: symbol, data: 'quote', source: null, nextRefreshAt: null, settledAt: null };
    all.set(symbol, { ...about, state: 'waiting', reason, detail, chain });
  }
  return all;
}
