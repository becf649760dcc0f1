import { ensurePartitions } from '@freshet/store';
import { type Check, unseen } from './check.ts';

/** Quotes of a day without a partition can't be stored. */
export const partitions: Check = {
  title: 'the series has room for the days ahead',
  async look({ pool, examination }) {
    if (!pool) return unseen('PostgreSQL');
    const { daysAhead } = await examination();
    if (daysAhead >= 3) return { state: 'ok', detail: `${daysAhead} days` };
    return {
      state: 'trouble',
      detail: daysAhead === 0 ? 'there is no partition for today' : `only ${daysAhead} days are prepared`,
      todo: 'A scheduler or a worker makes them; none seems to have run for days.',
      fix: async () => {
        await ensurePartitions(pool);
        return 'made the missing partitions';
      },
    };
  },
};
