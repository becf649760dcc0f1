import { redisWorker } from '@freshet/runtime';
import { consume } from '../src/index.ts';

/** Takes jobs and never ends them: to be killed. */
const [url = '', prefix = ''] = process.argv.slice(2);
consume(
  'refresh',
  ({ id }) => {
    process.stdout.write(`took ${id}\n`);
    return new Promise(() => {});
  },
  { connection: redisWorker(url), prefix },
);
