import type { AnswerOf } from '@freshet/contracts/api';
import { SCHEDULES, type ScheduleName } from '@freshet/contracts';
import { Argument, type Command } from 'commander';
import { withApi } from '../client/api-command.ts';
import { type ApiOptions, withApiOptions } from '../client/api-options.ts';
import { table } from '../print/table.ts';
import { ago } from '../print/words.ts';

type Status = AnswerOf<'GET /api/v1/scheduler/status'>;
type Spec = Status['schedules'][number]['spec'];

/** Adds `freshet schedules` and its `start`, `stop`, `run`, `enable` and `disable`. */
export function addSchedulesCommand(program: Command): void {
  const schedules = program.command('schedules').description('the schedules with their last and next ticks');
  const list = schedules.command('list', { isDefault: true }).description('all of them (the default)');
  withApiOptions(list).action((options: ApiOptions) =>
    withApi(list, options, async ({ client, print }) => {
      const status = await client.call('GET /api/v1/scheduler/status');
      print(options.json ? `${JSON.stringify(status)}\n` : tell(status));
    }),
  );

  for (const verb of ['start', 'stop'] as const) {
    const command = schedules
      .command(verb)
      .description(verb === 'start' ? 'let them tick' : 'none ticks until they are started again, restarts included');
    withApiOptions(command).action((options: ApiOptions) =>
      withApi(command, options, async ({ client, print }) => {
        const state = await client.call(`POST /api/v1/scheduler/${verb}`);
        print(options.json ? `${JSON.stringify(state)}\n` : `The scheduler is ${state.state}.\n`);
      }),
    );
  }

  const run = schedules.command('run').description('do now what a schedule does').addArgument(nameArgument());
  withApiOptions(run).action((schedule: ScheduleName, options: ApiOptions) =>
    withApi(run, options, async ({ client, print }) => {
      const started = await client.call('POST /api/v1/scheduler/refresh', { body: { schedule } });
      print(options.json ? `${JSON.stringify(started)}\n` : `${started.refresh_id}\n`);
    }),
  );

  for (const verb of ['enable', 'disable'] as const) {
    const command = schedules.command(verb).description(`${verb} one of them`).addArgument(nameArgument());
    withApiOptions(command).action((name: ScheduleName, options: ApiOptions) =>
      withApi(command, options, async ({ client, print }) => {
        const path = { name };
        const { etag } = await client.ask('GET /api/v1/scheduler/schedules/{name}', { path });
        const body = { enabled: verb === 'enable' };
        const ifMatch = etag ?? '';
        const changed = await client.call('PUT /api/v1/scheduler/schedules/{name}', { path, body, ifMatch });
        print(options.json ? `${JSON.stringify(changed)}\n` : `${name} is ${changed.enabled ? 'on' : 'off'}.\n`);
      }),
    );
  }
}

function nameArgument(): Argument {
  return new Argument('<name>').choices(SCHEDULES);
}

function tell({ state, schedules, queue }: Status): string {
  const rows = schedules.map((schedule) => [
    schedule.name,
    schedule.enabled ? specText(schedule.spec) : 'off',
    ago(schedule.last_tick),
    schedule.last_outcome,
    schedule.enabled && state === 'running' ? ago(schedule.next_tick) : null,
    [schedule.does, schedule.notice].filter(Boolean).join('; '),
  ]);
  const waits = queue ? `${queue.pending} jobs wait, ${queue.processing} run, ${queue.failed} failed` : 'Redis is away';
  return `${state}; ${waits}\n\n${table(['schedule', 'when', 'last tick', 'outcome', 'next tick', 'does'], rows)}`;
}

function specText(spec: Spec): string {
  if (spec.kind === 'every')
    return `every ${spec.seconds > 60 && spec.seconds % 60 === 0 ? `${spec.seconds / 60} min` : `${spec.seconds} s`}`;
  if (spec.kind === 'cron') return `${spec.pattern} ${spec.zone}`;
  return `${spec.minutes} min after each close`;
}
