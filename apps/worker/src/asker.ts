import type { Answer, Asker } from '@freshet/refresh';
import type { Asked, Asker as ProviderDoor } from '@freshet/providers';
import { latestQuotes, type Pool } from '@freshet/store';

const RATE_KEPT_MS = 5_000;

/** The heart's door over the providers' door. */
export function createAskerPort(door: ProviderDoor, pool: Pool): Asker {
  let rate: { text: string | null; atMs: number } = { text: null, atMs: 0 };
  return {
    take: (lane, ask) => door.take(lane, ask),
    giveBack: (grant) => door.giveBack(grant),
    ask: async (grant, { rank, signal, ...what }) =>
      answerOf(await door.ask(grant.provider, what, { grant, rank, signal })),
    async usdtRate() {
      if (Date.now() - rate.atMs > RATE_KEPT_MS) {
        const [quote] = await latestQuotes(pool, ['USDT-USD']);
        rate = { text: quote?.price ?? null, atMs: Date.now() };
      }
      return rate.text;
    },
  };
}

function answerOf(asked: Asked): Answer {
  const bars: Answer['bars'] = new Map();
  for (const bar of asked.bars) {
    const held = bars.get(bar.symbol);
    if (held) held.push(bar);
    else bars.set(bar.symbol, [bar]);
  }
  const errors: Answer['errors'] = new Map();
  for (const { symbol, kind, retryAfterMs, detail } of asked.errors) {
    if (!errors.has(symbol)) errors.set(symbol, { kind, retryAfterMs, detail });
  }
  return {
    receivedAt: asked.receivedAt,
    calls: asked.calls,
    quotes: new Map(asked.quotes.map((quote) => [quote.symbol, quote])),
    bars,
    earnings: new Map(asked.earnings.map((date) => [date.symbol, date])),
    errors,
  };
}
