import { Command, InvalidArgumentError, Option } from 'commander';
import { FAULTS } from './faults/catalogue.ts';
import { parseLatency } from './latency.ts';
import { SCENARIOS } from './scenarios/catalogue.ts';
import type { StartOptions } from './start.ts';

/** What the command line asks for: to run with these options, or to print a list. */
export type Asked = { run: StartOptions } | { print: string };

/** Reads the arguments (without `node` and the script). Prints and exits by itself on `--help` and on mistakes. */
export function readCommandLine(args: readonly string[]): Asked {
  // Commander would treat `--no-limits` as the negation of `--limits`, so that one option overwrote the other.
  const noLimits = Object.assign(new Option('--no-limits', 'enforce no limits but those of --limits'), {
    negate: false,
  });
  const command = new Command('simulator')
    .description('Every market-data provider over HTTP, with its limits and its faults, over a simulated market.')
    .option('--port <n>', 'where to listen; 0 takes a free port', whole, 8090)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--scenario <name>', 'start with a scenario; may be given more than once', collect, [])
    .option('--seed <n>', 'the same seed gives the same prices', whole, 1)
    .option('--latency <ms>', 'how long providers take: 100, or 50-500', latency)
    .option('--limits <windows>', "enforce other windows: 'yahoo=60/min;finnhub=60/min,30/s'")
    .addOption(noLimits)
    .option('--clock-rate <factor>', 'how fast the market’s time passes', factor)
    .option('--now <time>', 'where the market’s time starts, in ISO 8601', moment)
    .option('--symbols <n>', 'how many synthetic symbols whole-market answers list', whole, 0)
    .addOption(new Option('--list', 'list scenarios and faults'))
    .showHelpAfterError()
    .parse(args, { from: 'user' });
  const options = command.opts();
  if (options.list) return { print: listing() };
  return {
    run: {
      port: options.port,
      host: options.host,
      scenarios: options.scenario,
      seed: options.seed,
      latency: options.latency,
      limits: options.limits,
      noLimits: options.noLimits ?? false,
      clockRate: options.clockRate,
      now: options.now,
      extraSymbols: options.symbols,
    },
  };
}

function listing(): string {
  const line = (name: string, text: string) => `  ${name.padEnd(22)}${text}`;
  return [
    'Scenarios (--scenario NAME):',
    ...SCENARIOS.map(({ name, tells }) => line(name, tells)),
    '',
    'Faults (POST /_simulator/faults {"fault": NAME, "provider": …}):',
    ...FAULTS.map(({ name, does }) => line(name, does)),
  ].join('\n');
}

function collect(name: string, sofar: string[]): string[] {
  return [...sofar, name];
}

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Not a whole number.');
  return Number(text);
}

function factor(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('Not a number above zero.');
  return value;
}

function moment(text: string): Date {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw new InvalidArgumentError('Not a time like 2026-11-20T15:00:00Z.');
  return date;
}

function latency(text: string) {
  try {
    return parseLatency(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}
