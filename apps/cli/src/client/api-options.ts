import { type Command, InvalidArgumentError } from 'commander';

/** The options of every command that speaks to the API. */
export interface ApiOptions {
  url?: string;
  dataDir: string;
  json?: true;
}

/** Refuses an empty name: it comes from an unset shell variable, and would mean the current directory. */
export function readDirectory(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('It is empty.');
}

/** Adds them. */
export function withApiOptions(command: Command): Command {
  return command
    .option(
      '--url <url>',
      'address of the API (default: FRESHET_URL, else the one that runs on the data directory)',
      readUrl,
    )
    .option(
      '--data-dir <dir>',
      'data directory of a freshet up; its keys.json is used when FRESHET_API_KEY is not set',
      readDirectory,
      '.freshet',
    )
    .option('--json', 'print JSON, and nothing else on stdout');
}

/** `AAPL MSFT,^GSPC` as a list. */
export function symbolList(names: readonly string[]): string[] {
  return names.flatMap((each) => each.split(',')).flatMap((each) => each.trim().toUpperCase() || []);
}

/** The symbols of an option. An empty list comes from an unset variable, and isn't to be taken for no option. */
export function readSymbols(text: string): string[] {
  const symbols = symbolList([text]);
  if (symbols.length > 0) return symbols;
  throw new InvalidArgumentError('It names no symbol.');
}

export function readSeconds(text: string): number {
  if (/^\d{1,7}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number of seconds, of seven digits at most.');
}

function readUrl(text: string): string {
  const url = URL.parse(text);
  if (url && ['http:', 'https:'].includes(url.protocol)) return text;
  throw new InvalidArgumentError('It is an address such as http://127.0.0.1:8080.');
}
