import type { AnswerOf } from '@freshet/contracts/api';
import { ago, price } from './words.ts';

export type Explanation = AnswerOf<'GET /api/v1/market-data/explain/{symbol}'>;

/** Why a price is what it is, a line for each step. */
export function explanationText(story: Explanation): string {
  const { quote, asset, refresh, replaced, fx_rate: fx } = story;
  const lines: [string, string | null | undefined][] = [
    [
      story.symbol,
      asset && `${asset.name} (${[asset.class, asset.sector, asset.calendar].filter(Boolean).join(', ')})`,
    ],
    ['status', asset && `${asset.status}${asset.parked_because ? `: ${asset.parked_because}` : ''}`],
    [
      'price',
      quote ? `${price(quote.price)} ${quote.currency}, ${quote.freshness}, ${quote.quality}` : 'none is stored',
    ],
    [
      'from',
      quote && `${quote.source}, ${quote.delay_s > 0 ? `known to be ${quote.delay_s} s late` : 'without delay'}`,
    ],
    ['quote time', story.quote_time && `${story.quote_time} (${ago(story.quote_time)})`],
    ['fetched', story.fetched_at && `${story.fetched_at} (${ago(story.fetched_at)})`],
    ['stale because', quote?.stale_served ? (quote.stale_reason ?? 'no newer one could be had') : null],
    [
      'refused',
      story.refused && `${ago(story.refused.at)}: ${tried(story.refused.chain) ?? 'no provider could be asked'}`,
    ],
    ['tried before', tried(story.chain)],
    ['checks', listed(story.checks)],
    ['suspect', story.suspicion === null ? null : anomaly(story.suspicion)],
    ['cross-check', story.cross_check === null ? null : opinion(story.cross_check)],
    ['converted', story.converted === null ? null : plain(story.converted)],
    ['adjustment', story.adjustment_factor?.toString()],
    ['in USD', fx && `× ${fx.rate} (${fx.pair}, ${ago(fx.quote_time)})`],
    ['written by', refresh && `${refresh.refresh_id} (${refresh.kind}, ${refresh.source})`],
    ['replaced', replaced && `${price(replaced.price)}${replaced.quote_time ? ` of ${replaced.quote_time}` : ''}`],
    ['quality', asset?.quality?.toString()],
    ['anomalies', story.anomalies.map(anomaly).join('; ')],
    ['next refresh', nextOf(story)],
  ];
  return lines.flatMap(([name, value]) => (value ? [`${name.padEnd(14)}${value}\n`] : [])).join('');
}

function nextOf({ freshness_policy: policy }: Explanation): string {
  const when = policy.next_refresh_at ? `${policy.next_refresh_at} (${ago(policy.next_refresh_at)})` : 'when asked';
  return `${when}: ${policy.because.replaceAll('_', ' ')}, session ${policy.session}`;
}

/** The providers that gave no price, each with its reason. */
function tried(chain: readonly unknown[]): string | null {
  return chain.length === 0 ? null : chain.map(refusal).join('; ');
}

function refusal(of: unknown): string {
  const { provider, reason, detail } = (of ?? {}) as Partial<Record<'provider' | 'reason' | 'detail', string>>;
  const why = (reason ?? 'refused').replaceAll('_', ' ');
  return `${provider ?? 'a provider'}: ${why}${detail ? ` (${detail})` : ''}`;
}

/** A check that objected, the state of its objection, and what it said. */
function anomaly(of: unknown): string {
  const { check, state, detail } = (of ?? {}) as Partial<Record<'check' | 'state' | 'detail', string>>;
  return [check?.replaceAll('_', ' '), state, detail].filter(Boolean).join(', ');
}

/** What was held of one provider, and whether the price of the other agrees with it. */
function opinion(of: unknown): string {
  const { source, price: held, check, agrees } = (of ?? {}) as Record<string, unknown>;
  if (typeof source !== 'string' || typeof agrees !== 'boolean') return plain(of);
  const doubted = `${source} had ${String(held)}, doubted by the check ${String(check).replaceAll('_', ' ')}`;
  return `${doubted}; a second provider ${agrees ? 'agrees' : 'differs'}`;
}

function listed(values: readonly unknown[]): string | null {
  return values.length === 0 ? null : values.map(plain).join(', ');
}

function plain(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([name, each]) => `${name} ${typeof each === 'object' ? JSON.stringify(each) : String(each)}`)
    .join(' ');
}
