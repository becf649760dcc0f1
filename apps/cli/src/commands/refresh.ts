import type { Client } from '@freshet/client';
import { hasEnded } from '@freshet/client';
import { REFRESH_KINDS, REFRESH_MODES } from '@freshet/contracts';
import type { FinalStatus, RefreshAccepted, RefreshKind, RefreshMode, RefreshResult } from '@freshet/contracts';
import { Argument, type Command, Option } from 'commander';
import { withApi } from '../client/api-command.ts';
import { type ApiOptions, readSeconds, readSymbols, withApiOptions } from '../client/api-options.ts';
import { onCtrlC } from '../client/ctrl-c.ts';
import { CommandFailed } from '../client/failure.ts';
import { followOver } from '../client/follow.ts';
import { progressBar } from '../print/progress-bar.ts';
import { resultText } from '../print/refresh-result.ts';

interface RefreshOptions extends ApiOptions {
  symbols?: string[];
  mode?: RefreshMode;
  maxAge?: number;
  force?: true;
  emergency?: true;
  deadline?: number;
  reason?: string;
  user?: string;
  watchlist?: string;
  index?: string;
  sector?: string;
  follow?: string;
  wait: boolean;
}

/** The exit code says how it ended. 1: it couldn't be asked for, or followed. */
const EXIT_CODES: Record<FinalStatus, number> = { success: 0, partial: 2, failed: 3, cancelled: 4, timed_out: 5 };

/** Adds `freshet refresh [kind]`: starts a refresh and follows it to its end. */
export function addRefreshCommand(program: Command): void {
  const command = program
    .command('refresh')
    .description('refresh something and follow it to its end')
    .addArgument(new Argument('[kind]', 'what to refresh').choices(REFRESH_KINDS).default('prices'))
    .option('--symbols <symbols>', 'only these: AAPL,MSFT', readSymbols)
    .addOption(
      new Option('--mode <mode>', 'smart: what is too old; full: history and calculations too').choices(REFRESH_MODES),
    )
    .option('--max-age <seconds>', 'how old a price may be before it is fetched again', readSeconds)
    .option('--force', 'however fresh they are')
    .option('--emergency', 'before everything else (admin)')
    .option('--deadline <seconds>', 'ends as timed_out after this; default 600', readSeconds)
    .option('--reason <text>', 'for the audit log')
    .option('--user <id>', 'user whose portfolios are refreshed (kind portfolio; default: you)')
    .option('--watchlist <id>', 'which watchlist (kind watchlist; default: the default one)')
    .option('--index <name>', 'members of an index, such as "S&P 500" (kind group)')
    .option('--sector <name>', 'a sector, such as Technology (kind group)')
    .option('--follow <refresh id>', 'start nothing, follow this one')
    .option('--no-wait', 'print its id and leave it')
    .addHelpText(
      'after',
      '\nExit codes: 0 success, 2 partial, 3 failed, 4 cancelled, 5 timed out, 1 for everything else.',
    );
  withApiOptions(command).action((kind: RefreshKind, options: RefreshOptions) =>
    withApi(command, options, async ({ client, print, say }) => {
      if (options.follow && !options.wait) {
        throw new CommandFailed('--follow waits for the end, and --no-wait does not: give one of them.', {
          code: 'usage',
        });
      }
      if (!options.follow) assertFits(kind, options);
      const started = options.follow ? null : await start(client, kind, options);
      const id = options.follow ?? (started as RefreshAccepted | RefreshResult).refresh_id;
      if (!options.wait) {
        print(options.json ? `${JSON.stringify(started)}\n` : `${id}\n`);
        return;
      }
      const result = started && isResult(started) ? started : await follow(client, id, options, say);
      print(options.json ? `${JSON.stringify(result)}\n` : resultText(result));
      if (result.status === 'success') return;
      const why = result.reason ? `: ${result.reason}` : '';
      throw new CommandFailed(`The refresh ended as ${result.status}${why}`, {
        code: result.status,
        exitCode: EXIT_CODES[result.status],
      });
    }),
  );
}

/** The kind that an option belongs to. With another kind it would be ignored, and `refresh --sector Technology` would refresh all prices. */
const KIND_WITH = { user: 'portfolio', watchlist: 'watchlist', index: 'group', sector: 'group' } as const;

function assertFits(kind: RefreshKind, options: RefreshOptions): void {
  for (const option of Object.keys(KIND_WITH) as (keyof typeof KIND_WITH)[]) {
    const of = KIND_WITH[option];
    if (options[option] === undefined || kind === of) continue;
    const detail = `--${option} belongs to the kind ${of}, not to ${kind}: freshet refresh ${of} --${option} …`;
    throw new CommandFailed(detail, { code: 'usage' });
  }
}

async function start(
  client: Client,
  kind: RefreshKind,
  options: RefreshOptions,
): Promise<RefreshAccepted | RefreshResult> {
  const { symbols, mode, maxAge, force, emergency, deadline, reason, user, watchlist, index, sector } = options;
  const body = {
    ...{ symbols, mode, max_age_s: maxAge, force_refresh: force, deadline_s: deadline, reason },
    priority: emergency && ('emergency' as const),
  };
  switch (kind) {
    case 'all':
    case 'prices':
    case 'strategy':
    case 'benchmark':
      return await client.call(`POST /api/v1/manual/refresh/${kind}`, { body });
    case 'portfolio':
      return await client.call('POST /api/v1/manual/refresh/portfolio/{user_id}', {
        path: { user_id: user ?? 'me' },
        body,
      });
    case 'symbols':
      if (!symbols) throw new CommandFailed('Name them: --symbols AAPL,MSFT', { code: 'usage' });
      // Of the operations that start this kind, the one that takes all of a refresh's body.
      return await client.call('POST /api/v1/scheduler/refresh', { body: { ...body, symbols } });
    case 'watchlist':
      return await client.call('POST /api/v1/market-data/watchlist/refresh', {
        body: { ...body, watchlist_id: watchlist },
      });
    case 'holdings':
      return await client.call('POST /api/v1/market-data/portfolio/refresh', { body });
    case 'group':
      return await client.call('POST /api/v1/scheduler/refresh', { body: { ...body, index, sector } });
  }
}

function isResult(answer: RefreshAccepted | RefreshResult): answer is RefreshResult {
  return 'accepted_at' in answer && hasEnded(answer);
}

/** Ctrl-C leaves the refresh to itself: it ends all the same. */
async function follow(
  client: Client,
  id: string,
  { json }: RefreshOptions,
  say: (text: string) => void,
): Promise<RefreshResult> {
  const bar = progressBar(json ? null : process.stderr, say);
  const interrupted = new AbortController();
  const goesOn = `It goes on without us: freshet refresh --follow ${id}`;
  onCtrlC(() => interrupted.abort(new CommandFailed(goesOn, { code: 'interrupted', exitCode: 130 })));
  try {
    return await followOver(client, id, { onProgress: bar.show, say, signal: interrupted.signal });
  } catch (error) {
    throw interrupted.signal.aborted ? (interrupted.signal.reason as Error) : error;
  } finally {
    bar.stop();
  }
}
