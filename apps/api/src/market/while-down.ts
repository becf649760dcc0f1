import { type ItemRow, type Pool, triedSoFar } from '@freshet/store';

/** Reasons that mean that a provider is down. */
const DOWN = ['unavailable', 'malformed'];
/** How many failing providers count as an outage, rather than a hiccup of one. */
const OUTAGE = 2;

/**
 * The items of a refresh that hasn't ended when its caller's time is up. A waiting symbol for which two providers are down counts as failed, for
 * the reason of the last of them; its refresh goes on. Null: some symbol waits for another reason, so that a new price may come soon.
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
