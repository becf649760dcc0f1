import type { Command } from 'commander';
import { withApi } from '../client/api-command.ts';
import { type ApiOptions, withApiOptions } from '../client/api-options.ts';
import { CommandFailed } from '../client/failure.ts';
import { table } from '../print/table.ts';
import { ago } from '../print/words.ts';

interface RetryOptions extends ApiOptions {
  all?: true;
}

/** Adds `freshet failed` and its `retry` and `drop`: jobs that failed in their last attempt. */
export function addFailedCommand(program: Command): void {
  const failed = program.command('failed').description('jobs that failed in their last attempt, newest first');
  const list = failed.command('list', { isDefault: true }).description('all of them, at most 200 (the default)');
  withApiOptions(list).action((options: ApiOptions) =>
    withApi(list, options, async ({ client, print }) => {
      const page = await client.call('GET /api/v1/failed', { query: { limit: 200 } });
      if (options.json) print(`${JSON.stringify(page)}\n`);
      else if (page.data.length === 0) print('Nothing has failed.\n');
      else {
        const rows = page.data.map((job) => [job.id, ago(job.failed_at), job.attempts, job.error.split('\n')[0] ?? '']);
        print(table(['job', 'failed', 'attempts', 'why'], rows));
      }
    }),
  );

  const retry = failed
    .command('retry')
    .description('try one again, or --all')
    .argument('[job]', 'as the list names it')
    .option('--all', 'all of them');
  withApiOptions(retry).action((id: string | undefined, options: RetryOptions) =>
    withApi(retry, options, async ({ client, print }) => {
      if (options.all) {
        const done = await client.call('POST /api/v1/failed/retry-all');
        print(options.json ? `${JSON.stringify(done)}\n` : `${done.retried} are tried again.\n`);
        return;
      }
      if (!id) throw new CommandFailed('Name a job of the list, or say --all.', { code: 'usage' });
      const done = await client.call('POST /api/v1/failed/{id}/retry', { path: { id } });
      const as = done.refresh_id ? `, as ${done.refresh_id}` : '';
      print(options.json ? `${JSON.stringify(done)}\n` : `${id} is tried again${as}.\n`);
    }),
  );

  const drop = failed.command('drop').description('throw all of them away');
  withApiOptions(drop).action((options: ApiOptions) =>
    withApi(drop, options, async ({ client, print }) => {
      const done = await client.call('DELETE /api/v1/failed');
      print(options.json ? `${JSON.stringify(done)}\n` : `${done.removed} are gone.\n`);
    }),
  );
}
