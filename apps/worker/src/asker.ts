import type { Answer, Asker, UsdtRates } from '@freshet/refresh';
import type { Asked, Asker as ProviderDoor } from '@freshet/providers';
import { closesBySession, goodPriceOf, type Pool, untilBack } from '@freshet/store';

const TETHER = 'USDT-USD';
const RATE_KEPT_MS = 5_000;
/** Closes of the past hardly change. */
const CLOSES_KEPT_MS = 10 * 60_000;
/** An answer that is to be converted was paid for: it is held as long for a Postgres that is away as it is when it lands. */
const RATES_WITHIN_MS = 60_000;
/** Longer refusals are asked for again: there is more to do about them than to wait. */
const REFUSAL_KEPT_MS = 1_000;

/** The heart's door over the providers' door. */
export function createAskerPort(door: ProviderDoor, pool: Pool): Asker {
  let rates: UsdtRates | null = null;
  const readAtMs = { rate: -Infinity, closes: -Infinity };
  const refusedUntil = new Map<string, number>();
  return {
    attend: (lane, work) => door.attend(lane, work),
    refusedForMs: (lane) => Math.max(0, (refusedUntil.get(lane) ?? 0) - performance.now()),
    async take(lane, ask) {
      const reply = await door.take(lane, ask);
      // A full window is full for everybody, and a park is one; what is reserved for other classes is not.
      const byLedger = !reply.granted && (reply.kind === 'quota_spent' || reply.parkedFor !== undefined);
      if (byLedger && !reply.byShare && reply.retryInMs <= REFUSAL_KEPT_MS)
        refusedUntil.set(lane, performance.now() + reply.retryInMs);
      return reply;
    },
    giveBack: (grant) => door.giveBack(grant),
    ask: async (grant, { rank, signal, brief, ...what }) =>
      answerOf(await door.ask(grant.provider, what, { grant, rank, signal, brief })),
    async usdtRates(signal) {
      const nowMs = performance.now();
      // A rate that isn't there may be landing at this very moment.
      if (rates && nowMs - readAtMs.rate <= RATE_KEPT_MS) return rates;
      const kept = rates && nowMs - readAtMs.closes <= CLOSES_KEPT_MS ? rates.bySession : null;
      // A rate that a check holds back would put every coin of the provider off by as much.
      const read = () => Promise.all([goodPriceOf(pool, TETHER), kept ?? closesBySession(pool, TETHER)]);
      const [rate, bySession] = await untilBack(read, { withinMs: RATES_WITHIN_MS, signal });
      readAtMs.rate = nowMs;
      if (!kept) readAtMs.closes = nowMs;
      rates = rate === null ? null : { now: rate, bySession };
      return rates;
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
