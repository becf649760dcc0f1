import type { SessionDate } from '@freshet/market';

export type CalendarUnit = 'day' | 'week' | 'month' | 'quarter' | 'year';

/** `2024-05-17`, ISO week `2024-W20`, `2024-05`, `2024-Q2` or `2024`: they compare as text. */
export function calendarPeriod(session: SessionDate, every: CalendarUnit): string {
  switch (every) {
    case 'day':
      return session;
    case 'week':
      return isoWeek(session);
    case 'month':
      return session.slice(0, 7);
    case 'quarter':
      return `${session.slice(0, 4)}-Q${Math.ceil(Number(session.slice(5, 7)) / 3)}`;
    case 'year':
      return session.slice(0, 4);
  }
}

/** ISO 8601: a week belongs to the year of its Thursday. */
function isoWeek(session: SessionDate): string {
  const thursday = new Date(`${session}T00:00:00Z`);
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7));
  const year = thursday.getUTCFullYear();
  const week = Math.ceil(((thursday.getTime() - Date.UTC(year, 0, 1)) / 86_400_000 + 1) / 7);
  return `${year}-W${String(week).padStart(2, '0')}`;
}
