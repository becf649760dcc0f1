import { fileURLToPath } from 'node:url';
import { judge } from './rooms/judge.ts';
import { readHouse } from './rooms/read-house.ts';

/** `npm run rooms`: who may import whom, the homes of libraries, the one reader of the environment, no circles. */
const house = await readHouse(fileURLToPath(new URL('..', import.meta.url)));
const troubles = judge(house);
for (const trouble of troubles) process.stderr.write(`${trouble}\n`);
process.stdout.write(`rooms: ${house.modules.length} modules read, ${troubles.length} broken rules\n`);
process.exitCode = troubles.length > 0 ? 1 : 0;
