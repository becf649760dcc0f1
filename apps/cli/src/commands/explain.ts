import type { AnswerOf } from '@freshet/contracts/api';
import type { Command } from 'commander';
import { withApi } from '../client/api-command.ts';
import { type ApiOptions, withApiOptions } from '../client/api-options.ts';
import { ago, price } from '../print/words.ts';

type Explanation = AnswerOf<'GET /api/v1/market-data/explain/{symbol}'>;

/** Adds `freshet explain AAPL`: why the price is what it is. */
export function addExplainCommand(program: Command): void {
  const command = program
    .command('explain')
    .description('why a price is what it is: provider, times, checks, conversions, what it replaced')
    .argument('<symbol>');
  withApiOptions(command).action((symbol: string, options: ApiOptions) =>
    withApi(command, options, async ({ client, print }) => {
      const story = await client.call('GET /api/v1/market-data/explain/{symbol}', {
        path: { symbol: symbol.toUpperCase() },
      });
      print(options.json ? `${JSON.stringify(story)}\n` : tell(story));
    }),
  );
}

function tell(story: Explanation): string {
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
    ['refused', story.refused && `${ago(story.refused.at)}: ${listed(story.refused.chain) ?? 'nobody could be asked'}`],
    ['tried before', listed(story.chain)],
    ['checks', listed(story.checks)],
    ['cross-check', story.cross_check === null ? null : plain(story.cross_check)],
    ['converted', story.converted === null ? null : plain(story.converted)],
    ['adjustment', story.adjustment_factor?.toString()],
    ['in USD', fx && `× ${fx.rate} (${fx.pair}, ${ago(fx.quote_time)})`],
    ['written by', refresh && `${refresh.refresh_id} (${refresh.kind}, ${refresh.source})`],
    ['replaced', replaced && `${price(replaced.price)}${replaced.quote_time ? ` of ${replaced.quote_time}` : ''}`],
    ['quality', asset?.quality?.toString()],
    ['anomalies', listed(story.anomalies)],
    ['next refresh', nextOf(story)],
  ];
  return lines.flatMap(([name, value]) => (value ? [`${name.padEnd(14)}${value}\n`] : [])).join('');
}

function nextOf({ freshness_policy: policy }: Explanation): string {
  const when = policy.next_refresh_at ? `${policy.next_refresh_at} (${ago(policy.next_refresh_at)})` : 'when asked';
  return `${when}: ${policy.because.replaceAll('_', ' ')}, session ${policy.session}`;
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
