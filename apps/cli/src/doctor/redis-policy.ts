import { assertRedisPolicy } from '@freshet/runtime';
import { type Check, unseen } from './check.ts';

/** A Redis that evicts keys loses queued work; one that is full refuses it. */
export const redisPolicy: Check = {
  title: 'Redis keeps what it is given',
  async look({ redis }) {
    if (!redis) return unseen('Redis');
    const memory = await redis.info('memory');
    const used = /^used_memory:(\d+)/m.exec(memory)?.[1];
    const most = /^maxmemory:(\d+)/m.exec(memory)?.[1];
    const share = Number(most) > 0 ? Number(used) / Number(most) : 0;
    try {
      await assertRedisPolicy(redis);
    } catch {
      return {
        state: 'trouble',
        detail: 'its maxmemory-policy lets it drop queued work',
        todo: 'Set maxmemory-policy to noeviction in its configuration, so that it stays so after a restart.',
        fix: async () => {
          await redis.config('SET', 'maxmemory-policy', 'noeviction');
          return 'set maxmemory-policy to noeviction until it restarts';
        },
      };
    }
    if (share > 0.8) {
      return {
        state: 'trouble',
        detail: `${Math.round(share * 100)} % of its memory is used`,
        todo: 'Give it more memory: when it is full, refreshes are accepted and wait.',
      };
    }
    return { state: 'ok', detail: 'noeviction' };
  },
};
