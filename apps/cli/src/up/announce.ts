import type { Keys } from './base.ts';

/** What `freshet up` has started. */
export interface Started {
  api: string;
  simulator: string | null;
  databaseUrl: string;
  redisUrl: string;
  keys: Keys;
  userId: string;
  pids: { api: number[]; worker: number[]; scheduler: number[]; postgres: number[]; redis: number[] };
}

/** The one line of `--json`. */
export function jsonLine(started: Started): string {
  return JSON.stringify({
    ready: true,
    api: started.api,
    simulator: started.simulator,
    database_url: started.databaseUrl,
    redis_url: started.redisUrl,
    keys: started.keys,
    user_id: started.userId,
    pids: started.pids,
  });
}

/** What a person wants to know then. */
export function addresses(
  started: Started,
  options: { signIn: { url: string; once: boolean }; dataDir: string; simulated: boolean },
): string {
  const { signIn, dataDir } = options;
  const lines = [
    '',
    options.simulated ? 'Freshet is up, with a simulated market.' : 'Freshet is up.',
    '',
    `  Dashboard    ${signIn.url}${signIn.once ? '   (signs you in once, within 15 minutes; freshet sign-in makes another)' : ''}`,
    `  API docs     ${started.api}/docs`,
    `  Queues       ${started.api}/admin/queues`,
    `  Keys         ${dataDir}/keys.json`,
    `  Logs         ${dataDir}/logs`,
    '',
    'A first refresh (its answer names the status_url to poll):',
    '',
    `  curl -X POST -H 'Authorization: Bearer ${started.keys.admin}' ${started.api}/api/v1/manual/refresh/all`,
    '',
    'Ctrl-C stops all of it.',
    '',
  ];
  return lines.join('\n');
}
