import { recordAnomalies } from '../prices/anomalies-write.ts';
import type { Client } from '../database/pool.ts';

/** The first probe comes after an hour, then the pause doubles up to a week: unknown symbols cost nearly nothing. */
const PROBE = `now() + least(interval '7 days', interval '1 hour' * power(2, least(a.probes, 8)))`;

/** A failed check takes a tenth off a symbol's quality; each good one gives back a twentieth of what is missing. */
const FAILED_WEIGHS = 0.1;
const PASSED_WEIGHS = 0.05;
const RECOVERED = 0.999;

interface AssetEnd {
  symbol: string;
  troubled: boolean;
  park?: string;
  refreshId?: string | null;
  quote?: { currency: string; quality: string };
  doubts?: unknown[];
  inVainTo?: string;
  earningsOn?: string;
}

/**
 * Writes what a landing says of the assets themselves: that a symbol is known after all or unknown to every provider,
 * that it has no history, when it reports earnings.
 */
export async function noteAssets(client: Client, ends: AssetEnd[]): Promise<void> {
  await judgeAssets(
    client,
    ends.filter((end) => end.doubts?.length || (end.quote && end.troubled)),
  );
  await noteWithoutHistory(
    client,
    ends.filter((end) => end.inVainTo !== undefined),
  );
  await parkAssets(
    client,
    ends.filter((end) => end.park !== undefined),
  );
  await noteEarnings(
    client,
    ends.filter((end) => end.earningsOn !== undefined),
  );
}

/**
 * A symbol's first good price settles which currency it trades in. The quality is a share of passed checks in which
 * recent ones weigh more; a symbol that never failed costs no write.
 */
async function judgeAssets(client: Client, judged: AssetEnd[]): Promise<void> {
  if (judged.length === 0) return;
  await client.query({
    name: 'judge-assets',
    text: `update assets a set status = case when t.good then 'active' else a.status end,
             probes = case when t.good then 0 else a.probes end,
             probe_at = case when t.good then null else a.probe_at end,
             parked_why = case when t.good then null else a.parked_why end,
             currency = case when t.good and a.status <> 'active' then t.currency else a.currency end,
             quality = case when not t.passed then coalesce(a.quality, 1) * ${1 - FAILED_WEIGHS}
               when coalesce(a.quality, 1) > ${RECOVERED} then 1
               else a.quality + (1 - a.quality) * ${PASSED_WEIGHS} end
           from unnest($1::text[], $2::text[], $3::bool[], $4::bool[]) as t(symbol, currency, good, passed)
           where a.symbol = t.symbol
             and (t.good and a.status <> 'active' or not t.passed or a.quality is null or a.quality < 1)`,
    values: [
      judged.map((end) => end.symbol),
      judged.map((end) => end.quote?.currency ?? null),
      judged.map((end) => end.quote?.quality === 'good'),
      judged.map((end) => !end.doubts?.length),
    ],
  });
}

/** Bars were asked for up to a day and no provider has any: nothing older is asked for again. */
async function noteWithoutHistory(client: Client, inVain: AssetEnd[]): Promise<void> {
  if (inVain.length === 0) return;
  await client.query(
    `update assets a set history_from = t.day from unnest($1::text[], $2::date[]) as t(symbol, day)
     where a.symbol = t.symbol and not exists (select from daily_bars b where b.symbol = a.symbol)`,
    [inVain.map((end) => end.symbol), inVain.map((end) => end.inVainTo)],
  );
}

/** No provider knows the symbol: it is probed more and more rarely. */
async function parkAssets(client: Client, parked: AssetEnd[]): Promise<void> {
  if (parked.length === 0) return;
  await client.query(
    `update assets a set status = 'parked', probes = a.probes + 1, probe_at = ${PROBE}, parked_why = t.why
     from unnest($1::text[], $2::text[]) as t(symbol, why) where a.symbol = t.symbol`,
    [parked.map((end) => end.symbol), parked.map((end) => end.park)],
  );
  // This anomaly stays open until a good price comes, so that the probes that fail meanwhile don't announce it again.
  await recordAnomalies(
    client,
    parked.map(({ symbol, park = '', refreshId = null }) => ({
      ...{
        symbol,
        check: 'unknown_symbol',
        state: 'rejected',
        source: 'every provider',
        price: null,
        expected: null,
      },
      ...{ detail: `${park}; it is parked, and asked for again now and then`, held: null, refreshId },
    })),
  );
}

async function noteEarnings(client: Client, earnings: AssetEnd[]): Promise<void> {
  if (earnings.length === 0) return;
  await client.query(
    `update assets a set earnings_on = t.day from unnest($1::text[], $2::date[]) as t(symbol, day)
     where a.symbol = t.symbol and a.earnings_on is distinct from t.day`,
    [earnings.map((end) => end.symbol), earnings.map((end) => end.earningsOn)],
  );
}
