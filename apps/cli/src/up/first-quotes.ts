/** Two exchanges' worth: shares and crypto come from different providers. */
const SYMBOLS = ['AAPL', 'MSFT', 'BTC-USD'];
const POLL_MS = 100;
/** With some of them there, this is how long the others are waited for: their provider may be off or away. */
const COMPLETE_WITHIN_MS = 15_000;

interface Asking {
  api: string;
  key: string;
  withinMs: number;
  signal: AbortSignal;
}

/**
 * Asks the API for a refresh of all prices and waits until the first quotes are there.
 * @returns whether they came within `withinMs`
 */
export async function firstQuotes({ api, key, withinMs, signal }: Asking): Promise<boolean> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const began = Date.now();
  let asked = false;
  let here = 0;
  let firstCame = 0;
  const patience = () => (here > 0 ? firstCame + COMPLETE_WITHIN_MS : began + withinMs);
  while (here < SYMBOLS.length && Date.now() < patience()) {
    signal.throwIfAborted();
    try {
      asked ||= await askForPrices(api, headers);
      here = await quotesHere(api, headers);
      if (here > 0) firstCame ||= Date.now();
    } catch {
      // The API is still connecting.
    }
    if (here < SYMBOLS.length) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return here > 0;
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
