import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { type HeaderFile, readHeaderFile } from '../offline/header-file.ts';
import { readingJson } from '../offline/reading-json.ts';

interface ReadOptions {
  url: string;
  status?: number;
  headers?: string;
  body: string;
}

/** Adds `freshet provider read NAME --url URL --body FILE`: what a provider's adapter makes of an answer. */
export function addProviderCommand(program: Command): void {
  const read = program
    .command('provider')
    .description('look at the adapters of market data providers')
    .command('read')
    .description("print what a provider's adapter makes of an answer, as JSON")
    .argument('<name>', 'the provider: yahoo, binance, "Alpha Vantage", …')
    .requiredOption('--url <url>', 'the full address that was asked')
    .requiredOption('--body <file>', 'the body as it came; - for standard input')
    .option('--status <number>', 'HTTP status (default: 200)', readStatus)
    .option('--headers <file>', 'headers: a JSON object, or lines as `curl -D` writes them')
    .option('--json', 'print JSON: it always does');
  read.action(async (name: string, options: ReadOptions) => {
    // Only now: the adapters are no business of the other commands, which start faster without them.
    const { PROVIDERS, providerNamed } = await import('@freshet/providers/registry');
    const provider = providerNamed(name);
    const known = PROVIDERS.map((one) => one.name).join(', ');
    if (!provider) return read.error(`error: ${JSON.stringify(name)} is no provider. Known providers are ${known}.`);
    const body = contentOf(read, options.body);
    const { headers, status } = options.headers ? headersOf(read, options.headers) : ({ headers: {} } as HeaderFile);
    const answer = {
      status: options.status ?? status ?? 200,
      headers,
      body,
      url: options.url,
      // An answer kept in a file was received when its own headers say.
      receivedAt: dateOf(headers) ?? new Date(),
    };
    const print = read.configureOutput().writeOut ?? ((text: string) => process.stdout.write(text));
    print(`${readingJson(provider.readAny(answer), provider.name)}\n`);
  });
}

function readStatus(text: string): number {
  const status = Number(text);
  if (!Number.isInteger(status) || status < 100 || status > 999) {
    throw new InvalidArgumentError('An HTTP status is a number of three digits.');
  }
  return status;
}

function contentOf(command: Command, file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    return command.error(`error: can't read ${file}: ${(error as Error).message}`);
  }
}

function headersOf(command: Command, file: string): HeaderFile {
  const text = contentOf(command, file);
  try {
    return readHeaderFile(text);
  } catch (error) {
    return command.error(`error: ${file} holds no headers: ${(error as Error).message}`);
  }
}

function dateOf(headers: HeaderFile['headers']): Date | null {
  const time = Date.parse([headers.date ?? []].flat()[0] ?? '');
  return Number.isNaN(time) ? null : new Date(time);
}
