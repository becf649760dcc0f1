import { setTimeout as sleep } from 'node:timers/promises';
import { redisWorker } from '@freshet/runtime';
import { consume, done } from '../src/index.ts';

/** Works jobs of half a second each, until it takes `ref_poison`: that kills it in the middle, unless it is told that it is harmless now. */
const [url = '', prefix = '', harmless] = process.argv.slice(2);
consume(
  'refresh',
  async ({ id }) => {
    process.stdout.write(`took ${id}\n`);
    if (id === 'ref_poison' && !harmless) {
      await sleep(100);
      process.kill(process.pid, 'SIGKILL');
    }
    await sleep(500);
    process.stdout.write(`ended ${id}\n`);
    return done;
  },
  { connection: redisWorker(url), prefix, concurrency: 4 },
);
