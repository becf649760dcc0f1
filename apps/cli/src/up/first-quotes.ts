/** Two exchanges' worth: shares and crypto come from different providers. */
const SYMBOLS = ['AAPL', 'MSFT', 'BTC-USD'];
const POLL_MS = 100;
/** How long the other quotes are waited for once the first one is there: their provider may be off or down. */
const COMPLETE_WITHIN_MS = 15_000;
/** After providers have only failed for so long, every provider of each chain has had its turn. */
const HOPELESS_AFTER_MS = 10_000;
/** Workers write down the state of providers every few seconds. */
const LOOK_AT_PROVIDERS_EVERY_MS = 1_000;

interface Asking {
  api: string;
  key: string;
  withinMs: number;
  hopelessAfterMs?: number;
  signal: AbortSignal;
}

/**
 * Asks the API for a refresh of all prices and waits until the first quotes are there. Gives up early when every provider
 * that was asked fails.
 * @returns null when quotes are there, else a line for each provider that fails
 */
export async function firstQuotes(asking: Asking): Promise<string[] | null> {
  const { api, key, withinMs, hopelessAfterMs = HOPELESS_AFTER_MS, signal } = asking;
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const began = Date.now();
  let asked = false;
  let here = 0;
  let firstCame = 0;
  let failing: string[] = [];
  let failingSince = 0;
  let lookAt = 0;
  const patience = () => {
    if (here > 0) return firstCame + COMPLETE_WITHIN_MS;
    return failing.length > 0 ? Math.min(began + withinMs, failingSince + hopelessAfterMs) : began + withinMs;
  };
  while (here < SYMBOLS.length && Date.now() < patience()) {
    signal.throwIfAborted();
    try {
      asked ||= await askForPrices(api, headers);
      here = await quotesHere(api, headers);
      if (here > 0) firstCame ||= Date.now();
      else if (Date.now() >= lookAt) {
        failing = await whoFails(api, headers);
        failingSince ||= failing.length > 0 ? Date.now() : 0;
        lookAt = Date.now() + LOOK_AT_PROVIDERS_EVERY_MS;
      }
    } catch {
      // The API is still connecting.
    }
    if (here < SYMBOLS.length) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return here > 0 ? null : failing;
}

/** A line for each provider that failed; empty once one of them has answered, or if none was asked. */
async function whoFails(api: string, headers: Record<string, string>): Promise<string[]> {
  const response = await fetch(`${api}/api/v1/market-data/sources/status`, { headers });
  const { sources } = (await response.json()) as {
    sources: {
      title: string;
      enabled: boolean;
      last_success_at: string | null;
      last_error: { detail: string } | null;
    }[];
  };
  const on = sources.filter(({ enabled }) => enabled);
  if (on.some(({ last_success_at }) => last_success_at !== null)) return [];
  return on.flatMap(({ title, last_error }) => (last_error ? [`${title}: ${last_error.detail}`] : []));
}

async function askForPrices(api: string, headers: Record<string, string>): Promise<boolean> {
  const body = JSON.stringify({ mode: 'smart', reason: 'first quotes after the start' });
  return (await fetch(`${api}/api/v1/manual/refresh/prices`, { method: 'POST', headers, body })).ok;
}

async function quotesHere(api: string, headers: Record<string, string>): Promise<number> {
  const response = await fetch(`${api}/api/v1/market-data/latest?symbols=${SYMBOLS.join(',')}`, { headers });
  if (!response.ok) return 0;
  const { quotes } = (await response.json()) as { quotes: { price: unknown }[] };
  return quotes.filter((quote) => typeof quote.price === 'number').length;
}
