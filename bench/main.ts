import { parseArgs } from 'node:util';
import { met, type Result, round } from './row.ts';
import { rows } from './rows.ts';

/**
 * `npm run bench [-- --json] [-- --only NAME] [-- --quick]`: every row beside its peer in the same run. Ratios, because machines
 * differ; medians of several rounds, because they waver.
 */
// Ended by hand, it takes along what it started.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const { json, only, quick } = readOptions();
const chosen = rows.filter((row) => only === undefined || row.name === only);
if (chosen.length === 0) refuse('There is no such row.');

const results: { name: string; what: string; met: boolean; result: Result }[] = [];
for (const row of chosen) {
  if (!json) process.stderr.write(`${row.name} …\n`);
  const result = await row.run({ quick });
  results.push({ name: row.name, what: row.what, met: met(result), result });
}
process.stdout.write(json ? `${JSON.stringify(results.map(flat), null, 2)}\n` : table());
process.exit(results.every((row) => row.met) ? 0 : 1);

function readOptions(): { json: boolean; only?: string; quick: boolean } {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({ options: { json: flag, only: { type: 'string' }, quick: flag } }).values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

/** An hour of measurements isn't what a slip of the keyboard asks for. */
function refuse(why: string): never {
  const names = rows.map((row) => row.name).join(', ');
  process.stderr.write(`${why}\nusage: npm run bench -- [--json] [--quick] [--only ROW]\nrows: ${names}\n`);
  process.exit(2);
}

function flat({ name, what, met, result }: (typeof results)[number]) {
  return {
    name,
    what,
    met,
    measured: round(result.measured, 4),
    bar: `${result.bar.is} ${result.bar.at}`,
    ...result.figures,
  };
}

function table(): string {
  return results
    .map(({ name, what, met, result }) => {
      const figures = Object.entries(result.figures).map(([figure, value]) => `    ${figure.padEnd(36)} ${value}`);
      return [
        `${met ? 'met   ' : 'MISSED'} ${name}: ${round(result.measured, 3)} (${result.bar.is} ${result.bar.at})  ${what}`,
        ...figures,
      ].join('\n');
    })
    .concat('')
    .join('\n');
}
