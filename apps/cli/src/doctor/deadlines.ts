import { endOverdue } from '@freshet/store';
import { type Check, unseen } from './check.ts';

/** Every refresh ends by its deadline. */
export const deadlines: Check = {
  title: 'refreshes end by their deadlines',
  async look({ pool, examination }) {
    if (!pool) return unseen('PostgreSQL');
    const { overdue, unrung } = await examination();
    if (overdue > 0) {
      return {
        state: 'trouble',
        detail: `${overdue} are past their deadline and have not ended`,
        todo: 'A scheduler ends them within seconds; none seems to sweep.',
        fix: async () => {
          let ended = 0;
          for (;;) {
            const landed = await endOverdue(pool);
            ended += landed.ended.length;
            if (landed.ended.length === 0) return `ended ${ended} as timed_out`;
          }
        },
      };
    }
    if (unrung > 0) {
      return {
        state: 'trouble',
        detail: `${unrung} wait without a job in Redis`,
        todo: 'A scheduler rings them again within seconds; none seems to sweep, or Redis is away.',
      };
    }
    return { state: 'ok', detail: 'none is late' };
  },
};
