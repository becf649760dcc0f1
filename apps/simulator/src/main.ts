import { ConfigError, runProcess } from '@freshet/runtime';
import { readCommandLine } from './command-line.ts';
import { startSimulator } from './start.ts';

const asked = readCommandLine(process.argv.slice(2));

if ('print' in asked) {
  process.stdout.write(`${asked.print}\n`);
} else {
  await runProcess({
    name: 'simulator',
    async start({ log }) {
      const simulator = await startSimulator(asked.run).catch((error: unknown) => {
        // Invalid options are the user's mistake: one line says so, without a stack trace.
        throw error instanceof RangeError ? new ConfigError([error.message]) : error;
      });
      log.info({ url: simulator.url, scenarios: asked.run.scenarios }, 'the simulated market is open');
      return { port: simulator.port, drain: () => simulator.close() };
    },
  });
}
