/** Two years of bars of every symbol, at the pace that the providers allow: minutes for some, an hour with slow ones. */
const DEADLINE_S = 3_600;

/**
 * Asks for the history of everything, which follows behind the first quotes: as the system, so that whatever a person asks
 * for meanwhile comes first. What is there already is not asked for again.
 */
export async function startHistory({ api, key }: { api: string; key: string }): Promise<void> {
  const response = await fetch(`${api}/api/v1/manual/refresh/all`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ mode: 'full', deadline_s: DEADLINE_S, reason: 'history behind the start' }),
  });
  if (!response.ok) throw new Error(`the api answered ${response.status}`);
}
