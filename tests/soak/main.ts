import { parseArgs } from 'node:util';
import { startSystem } from '../system.ts';
import { demand } from './demand.ts';
import { hurt } from './faults.ts';
import { judge } from './verdict.ts';

/**
 * `npm run soak [-- --minutes 4]`: the whole system at work while its parts are killed, stopped and emptied at random. Exits with 1 when
 * anything that was accepted is lost, left open, miscounted or ended twice, or a provider was asked too much.
 */
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '4' } } });
const minutes = Number(values.minutes);
if (!(minutes > 0)) {
  process.stderr.write('--minutes: a number above 0\n');
  process.exit(2);
}
// Ended by hand, it takes along what it started.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const system = await startSystem({
  workers: 3,
  simulator: ['--latency', '50-400'],
  env: { LIMIT_ADMIN: '1000000/h' },
});
try {
  const until = Date.now() + minutes * 60_000;
  const [{ asked, accepted }, faults] = await Promise.all([demand(system, until), hurt(system, until)]);
  process.stdout.write(`${asked} asked, ${accepted.size} accepted, ${faults.length} faults: ${faults.join(' ')}\n`);
  const { told, wrong } = await judge(system, accepted);
  process.stdout.write(
    `${told.join('\n')}\n${wrong.length === 0 ? 'nothing lost, nothing twice' : wrong.join('\n')}\n`,
  );
  process.exitCode = wrong.length === 0 ? 0 : 1;
} finally {
  await system.stop();
}
