import { type Check, unseen } from './check.ts';

/** At least one process of each kind is connected to the database. */
export const processes: Check = {
  title: 'api, worker and scheduler run',
  async look({ pool, examination }) {
    if (!pool) return unseen('PostgreSQL');
    const { connected } = await examination();
    const missing = (['api', 'worker', 'scheduler'] as const).filter((name) => !connected[name]);
    if (missing.length === 0) return { state: 'ok', detail: 'all of them are connected to the database' };
    return {
      state: 'trouble',
      detail: `no ${missing.join(' and no ')} is connected to the database`,
      todo: `Start ${missing.map((name) => `npm run ${name}`).join(' and ')}.`,
    };
  },
};
