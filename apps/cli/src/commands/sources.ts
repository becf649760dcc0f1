import type { AnswerOf } from '@freshet/contracts/api';
import type { Command } from 'commander';
import { withApi } from '../client/api-command.ts';
import { type ApiOptions, withApiOptions } from '../client/api-options.ts';
import { windowText } from '../print/quota-window.ts';
import { table } from '../print/table.ts';
import { ago } from '../print/words.ts';

type Sources = AnswerOf<'GET /api/v1/market-data/sources/status'>;
type Source = Sources['sources'][number];

/** Adds `freshet sources`: the providers with their health and what is left of their quotas. */
export function addSourcesCommand(program: Command): void {
  const command = program
    .command('sources')
    .description('the providers: health, quota left, and when it runs out at the present pace');
  withApiOptions(command).action((options: ApiOptions) =>
    withApi(command, options, async ({ client, print }) => {
      const status = await client.call('GET /api/v1/market-data/sources/status');
      print(options.json ? `${JSON.stringify(status)}\n` : tell(status));
    }),
  );
}

function tell({ overall, sources }: Sources): string {
  const rows = sources.map((source) => [
    source.provider,
    source.retired && !source.enabled ? 'retired' : source.health,
    source.reliability === null ? null : `${(source.reliability * 100).toFixed(1)} %`,
    source.latency_ms ? `${Math.round(source.latency_ms.p50)}/${Math.round(source.latency_ms.p95)} ms` : null,
    source.requests_per_minute,
    source.enabled ? source.windows.map((window) => windowText(window)).join('  ') : '',
    noteOn(source),
  ]);
  const head = ['provider', 'health', 'reliability', 'p50/p95', 'per min', 'left of its windows', ''];
  return `${overall.health}: ${overall.detail}\n\n${table(head, rows)}`;
}

function noteOn({ because, breaker, parked_until: parked, last_error: error }: Source): string {
  if (because) return because;
  if (parked) return `parked until ${parked}`;
  if (breaker !== 'closed') return `breaker ${breaker.replace('_', ' ')}`;
  return error ? `${error.kind} ${ago(error.at)}` : '';
}
