import { ageS, calendarOf, freshnessOf, isCalendarId } from '@freshet/calendar';
import { type Freshness, FRESHNESS } from '@freshet/contracts';
import type { Relay } from '@freshet/events';
import type { Metrics } from '@freshet/runtime';
import { type AgedPrice, agedPrices, type Backlog, type Pool, readBacklog } from '@freshet/store';
import { openForLong } from './open-for-long.ts';

/** With 100,000 symbols each look reads as many rows, so not every scrape reads anew. */
const LOOK_EVERY_MS = 10_000;

/**
 * Gauges that are read from Postgres. Only the scheduler that relays shows them, so that a sum over schedulers counts once. The others show
 * only `freshet_relay_leading` and `freshet_events_published`, both 0.
 */
export function measure(metrics: Metrics, pool: Pool, relay: Pick<Relay, 'leading' | 'published'>): void {
  let looking = Promise.resolve();
  let lookedAt = -Infinity;
  let led = false;

  /** All gauges are read at once, and each awaits this shared look. */
  function look(): Promise<void> {
    if (relay.leading === led && performance.now() - lookedAt < LOOK_EVERY_MS) return looking;
    lookedAt = performance.now();
    led = relay.leading;
    looking = (led ? read() : Promise.reject(new Error('it does not lead'))).catch(() => {
      // While this scheduler doesn't lead, or the database is away, the gauges are absent rather than wrong.
      backlog.reset();
      data.reset();
    });
    return looking;
  }
  async function read(): Promise<void> {
    const [present, prices] = await Promise.all([readBacklog(pool), agedPrices(pool)]);
    backlog.set(present);
    data.set(prices, new Date());
  }

  const backlog = backlogGauges(metrics, look);
  const data = dataGauges(metrics, look);
  metrics.gauge({
    name: 'freshet_events_published',
    help: 'Number of the newest event on the stream, in the scheduler that relays.',
    collect: (gauge) => gauge.set(relay.leading ? relay.published : 0),
  });
  metrics.gauge({
    name: 'freshet_relay_leading',
    help: '1 in the scheduler that relays events, 0 in the others.',
    collect: (gauge) => gauge.set(relay.leading ? 1 : 0),
  });
}

function backlogGauges(metrics: Metrics, collect: () => Promise<void>) {
  const refreshes = metrics.gauge({
    name: 'freshet_refreshes_open',
    help: 'Refreshes that have not ended.',
    labels: ['status'],
    collect,
  });
  const oldest = metrics.gauge({
    name: 'freshet_refresh_oldest_wait_seconds',
    help: 'Age of the queued refresh that has waited longest for a worker.',
    collect,
  });
  const backlog = metrics.gauge({
    name: 'freshet_backlog',
    help: 'What waits: wants for a call, events for the relay, webhooks for their delivery.',
    labels: ['of'],
    collect,
  });
  return {
    set({ queued, inProgress, oldestQueuedS, wants, events, deliveries }: Backlog): void {
      refreshes.set({ status: 'queued' }, queued);
      refreshes.set({ status: 'in_progress' }, inProgress);
      oldest.set(oldestQueuedS);
      for (const [of, count] of Object.entries({ wants, events, deliveries })) backlog.set({ of }, count);
    },
    reset() {
      refreshes.reset();
      backlog.reset();
      // `reset` would set a gauge without labels to 0, which would say that all is well.
      oldest.remove();
    },
  };
}

function dataGauges(metrics: Metrics, collect: () => Promise<void>) {
  const symbols = metrics.gauge({
    name: 'freshet_symbols',
    help: 'Active symbols by how fresh their price is, judged against the session.',
    labels: ['class', 'freshness'],
    collect,
  });
  const oldest = metrics.gauge({
    name: 'freshet_oldest_watched_price_seconds',
    help: 'Since the oldest price among watched symbols whose market has been open for 5 min was fetched; what its provider declares as its delay is left out.',
    labels: ['class'],
    collect,
  });
  return {
    set(prices: readonly AgedPrice[], now: Date): void {
      const { counts, ages } = tally(prices, now);
      symbols.reset();
      oldest.reset();
      for (const [of, ofClass] of counts) {
        for (const [freshness, count] of ofClass) symbols.set({ class: of, freshness }, count);
      }
      for (const [of, age] of ages) oldest.set({ class: of }, age);
    },
    reset: () => [symbols, oldest].forEach((gauge) => gauge.reset()),
  };
}

/** By asset class: how many prices are how fresh, and the age of the oldest watched one. */
function tally(prices: readonly AgedPrice[], now: Date) {
  const counts = new Map<string, Map<Freshness, number>>();
  const ages = new Map<string, number>();
  for (const { class: of, calendar: id, watched, ...times } of prices) {
    if (!isCalendarId(id)) continue;
    const calendar = calendarOf(id);
    const ofClass = counts.get(of) ?? new Map(FRESHNESS.map((each) => [each, 0]));
    const freshness = freshnessOf(times, calendar, now);
    counts.set(of, ofClass.set(freshness, (ofClass.get(freshness) ?? 0) + 1));
    // A delay that a provider declares is no fault, and would hide one: of a listing that is always 15 min late nobody would see that it stands still.
    if (watched && openForLong(id, now)) ages.set(of, Math.max(ages.get(of) ?? 0, ageS(times.fetchedAt, 0, now)));
  }
  return { counts, ages };
}
