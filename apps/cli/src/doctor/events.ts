import { type Check, unseen } from './check.ts';

const LATE_S = 10;

/** A scheduler relays events to the streams. */
export const events: Check = {
  title: 'events are relayed',
  async look({ pool, examination }) {
    if (!pool) return unseen('PostgreSQL');
    const { count, oldestS } = (await examination()).unpublished;
    if (oldestS < LATE_S) return { state: 'ok', detail: count === 0 ? 'all of them' : `${count} are on their way` };
    return {
      state: 'trouble',
      detail: `${count} wait, the oldest for ${Math.round(oldestS)} s`,
      todo: 'No scheduler holds the relay, or Redis is away. They are sent, in order, as soon as one does.',
    };
  },
};
