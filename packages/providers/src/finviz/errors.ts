import type { MarketSymbol } from '@freshet/market';
import { statusRefusalOf } from '../wire/asked-refusal.ts';
import { shortly } from '../wire/http-refusal.ts';
import type { HttpAnswer, Reading } from '../provider.ts';
import { refusal } from '../wire/reading.ts';
import { retryAfterMs } from '../wire/retry-after.ts';

const MINUTE_MS = 60_000;
/** A block by the site's shield lasts longer than a limit: asking on prolongs it. */
const BLOCK_MS = 30 * MINUTE_MS;

/** Why Finviz refused, or null: its limit is a sentence of 18 bytes with HTTP 200; a 403 or a challenge is a block. */
export function finvizRefusal(answer: HttpAnswer, symbol: MarketSymbol | null): Reading | null {
  const { status, body } = answer;
  if (status === 429 || (body.length < 400 && /too many requests/i.test(body))) {
    return refusal('rate_limited', `Finviz: ${shortly(body) || 'too many requests'}`, {
      retryAfterMs: retryAfterMs(answer) ?? MINUTE_MS,
    });
  }
  if (
    status === 403 ||
    (status === 503 && /cloudflare|just a moment/i.test(body)) ||
    /<title>\s*(just a moment|attention required)/i.test(body.slice(0, 4000))
  ) {
    return refusal('rate_limited', 'Finviz: blocked by its shield.', {
      retryAfterMs: retryAfterMs(answer) ?? BLOCK_MS,
    });
  }
  if (status === 200 && /<title>[^<]*(log ?in|sign ?in)[^<]*<\/title>/i.test(body.slice(0, 4000))) {
    return refusal('bad_key', 'Finviz: this page is for subscribers, and asks to log in.');
  }
  // Where the page of a ticker would be that it doesn't list.
  if (status === 404 && symbol !== null && answer.url.includes('/quote'))
    return refusal('unknown_symbol', `Finviz: ${shortly(body)}`, { symbol });
  return statusRefusalOf(answer, symbol);
}
