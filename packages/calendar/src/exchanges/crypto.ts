import { FRIDAY, MONDAY, SATURDAY, SUNDAY, THURSDAY, TUESDAY, WEDNESDAY } from '../days.ts';
import type { Exchange } from '../exchange.ts';

/** Crypto trades always; a session is a UTC day. */
export const crypto: Exchange = {
  name: 'Crypto, around the clock',
  zone: 'UTC',
  weekdays: [SUNDAY, MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY],
  hours: () => ({ open: '00:00', close: '24:00' }),
  holidays: () => [],
  finalClose: 'daily',
};
