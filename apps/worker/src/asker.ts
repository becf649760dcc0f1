import type { Answer, Asker, UsdtRates } from '@freshet/refresh';
import type { Asked, Asker as ProviderDoor } from '@freshet/providers';
import { closesBySession, goodPriceOf, type Pool, untilBack } from '@freshet/store';

const TETHER = 'USDT-USD';
const RATE_KEPT_MS = 5_000;
/** Past closes hardly change. */
const CLOSES_KEPT_MS = 10 * 60_000;
/** How long an answer waits for its rate while Postgres is away: as long as for its landing, because it has cost quota. */
const RATES_WITHIN_MS = 60_000;
/** Longer refusals aren't remembered: the call that meets one has more to do than to wait. */
const REFUSAL_KEPT_MS = 1_000;

/** The heart's `Asker` port over the door of `packages/providers`. */
export function createAskerPort(door: ProviderDoor, pool: Pool, clockMs = () => performance.now()): Asker {
  let rates: UsdtRates | null = null;
  const readAtMs = { rate: -Infinity, closes: -Infinity };
  const refusedUntil = new Map<string, number>();
  return {
    attend: (lane, work) => door.attend(lane, work),
    refusedForMs: (lane) => Math.max(0, (refusedUntil.get(lane) ?? 0) - performance.now()),
    async take(lane, ask) {
      const reply = await door.take(lane, ask);
      // A full window or a parked provider refuses every call; a spent share refuses only the calls of its class.
      const byLedger = !reply.granted && (reply.kind === 'quota_spent' || reply.parkedFor !== undefined);
      if (byLedger && !reply.byShare && reply.retryInMs <= REFUSAL_KEPT_MS)
        refusedUntil.set(lane, performance.now() + reply.retryInMs);
      return reply;
    },
    giveBack: (grant) => door.giveBack(grant),
    ask: async (grant, { rank, signal, brief, ...what }) =>
      answerOf(await door.ask(grant.provider, what, { grant, rank, signal, brief })),
    async usdtRates(signal) {
      const nowMs = clockMs();
      // A missing rate isn't remembered: it may land at any moment.
      if (rates && nowMs - readAtMs.rate <= RATE_KEPT_MS) return rates;
      const kept = rates && nowMs - readAtMs.closes <= CLOSES_KEPT_MS ? rates.bySession : null;
      // Only a good rate is used: a suspect one would shift every coin of the provider by its error.
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
