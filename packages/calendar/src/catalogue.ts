import type { Exchange } from './exchange.ts';
import { crypto } from './exchanges/crypto.ts';
import { fx } from './exchanges/fx.ts';
import { xlon } from './exchanges/xlon.ts';
import { xnas } from './exchanges/xnas.ts';
import { xnys } from './exchanges/xnys.ts';
import { xtks } from './exchanges/xtks.ts';

/** Every exchange by its MIC; `24/7` and `24/5` have none. To add one: a file in `exchanges/` and a line here. */
export const EXCHANGES = {
  XNYS: xnys,
  XNAS: xnas,
  XLON: xlon,
  XTKS: xtks,
  '24/7': crypto,
  '24/5': fx,
} as const satisfies Record<string, Exchange>;

export type CalendarId = keyof typeof EXCHANGES;

export const CALENDAR_IDS = Object.keys(EXCHANGES) as CalendarId[];

export function isCalendarId(text: string): text is CalendarId {
  return Object.hasOwn(EXCHANGES, text);
}
