import { FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY } from '../days.ts';
import type { Exchange } from '../exchange.ts';

/** Currencies and commodities, from Monday 00:00 to Saturday 00:00 UTC without a pause; a session is a UTC day. */
export const fx: Exchange = {
  name: 'Currencies and commodities, around the clock on weekdays',
  zone: 'UTC',
  weekdays: [MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY],
  hours: () => ({ open: '00:00', close: '24:00' }),
  holidays: () => [],
  finalClose: 'weekly',
};
