/** Symbols of three markets, so that some market is open or has a last close whenever this runs. */
const SYMBOLS = ['AAPL', 'MSFT', 'BTC-USD'];
const POLL_MS = 100;

/**
 * Asks the API for a refresh of all prices and waits until the first quotes are there.
 * @returns whether they came within `withinMs`
 */
export async function firstQuotes(options: {
  api: string;
  key: string;
  withinMs: number;
  signal: AbortSignal;
}): Promise<boolean> {
  const headers = { authorization: `Bearer ${options.key}`, 'content-type': 'application/json' };
  const until = Date.now() + options.withinMs;
  let asked = false;
  while (Date.now() < until) {
    options.signal.throwIfAborted();
    try {
      if (!asked) asked = await askForPrices(options.api, headers);
      if (await quotesAreThere(options.api, headers)) return true;
    } catch {
      // The API is still connecting.
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return false;
}

async function askForPrices(api: string, headers: Record<string, string>): Promise<boolean> {
  const body = JSON.stringify({ mode: 'smart', reason: 'first quotes after the start' });
  return (await fetch(`${api}/api/v1/manual/refresh/prices`, { method: 'POST', headers, body })).ok;
}

async function quotesAreThere(api: string, headers: Record<string, string>): Promise<boolean> {
  const response = await fetch(`${api}/api/v1/market-data/latest?symbols=${SYMBOLS.join(',')}`, { headers });
  if (!response.ok) return false;
  const text = await response.text();
  return SYMBOLS.some((symbol) => text.includes(`"symbol":"${symbol}"`)) && /"price":\s*[\d.]/.test(text);
}
