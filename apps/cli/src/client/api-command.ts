import { join } from 'node:path';
import { type Client, createClient } from '@freshet/client';
import { readConfig, variables } from '@freshet/runtime';
import type { Command } from 'commander';
import type { ApiOptions } from './api-options.ts';
import { CommandFailed, failureOf } from './failure.ts';
import { fetchApi } from './fetch-api.ts';
import { harmless } from '../print/words.ts';
import { keyIn, readRunning } from './running.ts';

/** What the work of a command is handed. */
export interface Session {
  client: Client;
  url: string;
  /** Writes to stdout. */
  print(text: string): void;
  /** Writes a line to stderr, for people. */
  say(text: string): void;
}

/**
 * Runs the work of a command against the API: at `--url`, else FRESHET_URL, else where the data directory's `freshet up`
 * serves, with FRESHET_API_KEY or else the admin key of the data directory.
 * @throws CommandFailed for whatever the API refuses
 */
export async function withApi(
  command: Command,
  options: ApiOptions,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  const given = readConfig({ url: { ...variables.FRESHET_URL, default: undefined }, key: variables.FRESHET_API_KEY });
  const url = options.url ?? given.url ?? readRunning(options.dataDir)?.api ?? variables.FRESHET_URL.default ?? '';
  const key = given.key ?? keyIn(options.dataDir, 'admin');
  if (!key) {
    throw new CommandFailed(
      `There is no key: set FRESHET_API_KEY, or name the data directory of a freshet up with --data-dir (${options.dataDir}/keys.json isn't there).`,
      { code: 'no_key' },
    );
  }
  const { writeOut, writeErr } = command.configureOutput();
  const session: Session = {
    client: createClient({ url, key, fetch: fetchApi }),
    url,
    print: (text) => (writeOut ?? ((each) => process.stdout.write(each)))(harmless(text)),
    say: (text) => (writeErr ?? ((line) => process.stderr.write(line)))(`${harmless(text)}\n`),
  };
  try {
    await work(session);
  } catch (error) {
    throw failureOf(error, url, given.key ? 'FRESHET_API_KEY' : join(options.dataDir, 'keys.json'));
  }
}
