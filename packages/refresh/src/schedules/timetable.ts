import type { RefreshKind, RefreshMode, RefreshTarget, ScheduleName } from '@freshet/contracts';

/** What a schedule's tick starts: a refresh, or a piece of housekeeping. */
export type Appointment =
  | { refresh: { kind: RefreshKind; mode: RefreshMode; target: RefreshTarget; watched?: boolean } }
  | { maintenance: 'cleanup' | 'deep-clean' };

/** What each schedule starts. When it ticks is data, in the schedules table. A new schedule is a line here and its default. */
export const timetable: Record<ScheduleName, Appointment> = {
  live: { refresh: { kind: 'prices', mode: 'smart', target: {}, watched: true } },
  watchlist: { refresh: { kind: 'watchlist', mode: 'smart', target: {} } },
  portfolio: { refresh: { kind: 'holdings', mode: 'smart', target: {} } },
  daily: { refresh: { kind: 'all', mode: 'full', target: {} } },
  hourly: { refresh: { kind: 'prices', mode: 'smart', target: {} } },
  cleanup: { maintenance: 'cleanup' },
  weekly: { maintenance: 'deep-clean' },
  close: { refresh: { kind: 'all', mode: 'full', target: {} } },
};
