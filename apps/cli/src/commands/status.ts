import type { AnswerOf } from '@freshet/contracts/api';
import { FRESHNESS } from '@freshet/contracts';
import type { Client } from '@freshet/client';
import type { Command } from 'commander';
import { withApi } from '../client/api-command.ts';
import { type ApiOptions, withApiOptions } from '../client/api-options.ts';
import { CommandFailed } from '../client/failure.ts';
import { fetchApi } from '../client/fetch-api.ts';
import { table } from '../print/table.ts';
import { ago } from '../print/words.ts';

/** Adds `freshet status`: the state of everything, on one screen. */
export function addStatusCommand(program: Command): void {
  const command = program
    .command('status')
    .description('the state of everything: processes, providers, prices, queues, alerts');
  withApiOptions(command).action((options: ApiOptions) =>
    withApi(command, options, async ({ client, print, url }) => {
      const status = await look(client, url);
      print(options.json ? `${JSON.stringify(status)}\n` : tell(status));
    }),
  );
}

interface Status {
  api: string;
  ready: AnswerOf<'GET /readyz'>;
  scheduler: AnswerOf<'GET /api/v1/scheduler/status'>['state'];
  queue: AnswerOf<'GET /api/v1/scheduler/status'>['queue'];
  sources: AnswerOf<'GET /api/v1/market-data/sources/status'>['overall'];
  freshness: Record<string, number>;
  alerts: AnswerOf<'GET /api/v1/alerts'>['data'];
  refreshes: AnswerOf<'GET /api/v1/refreshes'>['data'];
}

async function look(client: Client, url: string): Promise<Status> {
  const [ready, scheduler, sources, freshness, alerts, refreshes] = await Promise.all([
    readiness(url),
    client.call('GET /api/v1/scheduler/status'),
    client.call('GET /api/v1/market-data/sources/status'),
    client.call('GET /api/v1/freshness'),
    client.call('GET /api/v1/alerts', { query: { open: 'true', limit: 20 } }),
    client.call('GET /api/v1/refreshes', { query: { limit: 5 } }),
  ]);
  return {
    api: url,
    ready,
    scheduler: scheduler.state,
    queue: scheduler.queue,
    sources: sources.overall,
    freshness: freshness.counts,
    alerts: alerts.data,
    refreshes: refreshes.data,
  };
}

/** Asked without the client, which would throw at the 503 of an API that isn't ready. */
async function readiness(url: string): Promise<Status['ready']> {
  const response = await fetchApi(new URL('/readyz', url));
  const body = await response.text();
  // A proxy before an API that is away answers with a page of its own.
  if (!response.headers.get('content-type')?.includes('json'))
    throw new CommandFailed(`Something before the API answers ${response.status} at ${url}: the API is away.`, {
      code: 'no_api',
    });
  return JSON.parse(body) as Status['ready'];
}

function tell(status: Status): string {
  const { ready, queue, freshness, alerts, refreshes } = status;
  const troubles = Object.entries(ready.checks).filter(([, state]) => state !== 'ok');
  const lines = [
    `api         ${status.api} is ${ready.ready ? 'ready' : 'not ready'}${troubles.map(([name, why]) => `; ${name}: ${why}`).join('')}`,
    `scheduler   ${status.scheduler}`,
    `queues      ${queue ? `${queue.pending} wait, ${queue.processing} run, ${queue.failed} failed` : 'Redis is away'}`,
    `providers   ${status.sources.health}: ${status.sources.detail}`,
    `prices      ${FRESHNESS.map((each) => `${freshness[each] ?? 0} ${each}`).join(', ')}`,
    `alerts      ${alerts.length === 0 ? 'none' : ''}`.trimEnd(),
    ...alerts.map(({ severity, name, subject, detail }) => `  ${severity} ${name} ${subject}: ${detail}`),
  ];
  const rows = refreshes.map((each) => [
    each.refresh_id,
    String(each.kind),
    each.status,
    ago(String(each.accepted_at)),
  ]);
  return `${lines.join('\n')}\n\n${table(['last refreshes', 'kind', 'status', 'accepted'], rows)}`;
}
