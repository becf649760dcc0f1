import { Amount } from '@freshet/market';
import type { Path, When, Where } from './expected.ts';

/** The body as the suite reads it, on its own: JSON, or a CSV as a list of rows keyed by header, or nothing (HTML, text). */
export function parsedBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return csvRows(body);
  }
}

function csvRows(body: string): Record<string, string>[] | undefined {
  const [header = '', ...lines] = body.trim().split(/\r?\n/);
  if (!header.includes(',') || header.startsWith('<')) return undefined;
  const names = cells(header);
  return lines.map((line) =>
    Object.fromEntries(cells(line).map((cell, index) => [names[index] ?? String(index), cell])),
  );
}

/** Splits at commas outside quotes: all that these files use. */
function cells(line: string): string[] {
  return line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/).map((cell) => cell.replace(/^"|"$/g, '').trim());
}

/** What stands at a path; undefined when the path leads nowhere. */
export function valueAt(body: unknown, path: Path): unknown {
  let value = body;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

/** The number that stands at a place; null when nothing that is a number stands there. A text must occur in the body. */
export function numberAt(where: Where, body: unknown, text: string): string | null {
  if ('text' in where) {
    if (!text.includes(where.text)) throw new Error(`the body doesn't hold the text ${JSON.stringify(where.text)}`);
    return plain(where.value ?? where.text);
  }
  return plain(valueAt(body, where));
}

function plain(value: unknown): string | null {
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  const text = String(value).trim().replaceAll(',', '');
  if (text === '' || Number.isNaN(Number(text))) return null;
  return new Amount(text).toFixed();
}

/** A price that counts: above zero. */
export function priceAt(where: Where | undefined, body: unknown, text: string, factor = '1'): string | null {
  const value = where ? numberAt(where, body, text) : null;
  return value === null || !(Number(value) > 0) ? null : times(value, factor);
}

/** A volume or a capitalisation: zero or more. */
export function countAt(where: Where | undefined, body: unknown, text: string, factor = '1'): string | null {
  const value = where ? numberAt(where, body, text) : null;
  return value === null || Number(value) < 0 ? null : times(value, factor);
}

const times = (value: string, factor: string) => new Amount(value).times(factor).toFixed();

const PER_SECOND = { s: 1, ms: 1e3, us: 1e6, ns: 1e9 };

/** The moment that stands at a place, in milliseconds since 1970. */
export function timeAt(when: When, body: unknown, receivedAt: Date): number {
  if (when === 'received') return receivedAt.getTime();
  if ('iso' in when) return Date.parse(when.iso);
  const value = valueAt(body, when.at);
  if (when.as === 'iso') return Date.parse(String(value));
  if (when.as === 'local') return localTime(String(value), when.zone);
  return Math.floor((Number(value) / PER_SECOND[when.as]) * 1000);
}

/** A local time in a zone: the moment at which that zone's clocks show it, found by trying the offsets there are. */
function localTime(text: string, zone: string): number {
  const wanted = text.length > 10 ? text.replace(' ', 'T') : `${text}T00:00:00`;
  const asUtc = Date.parse(`${wanted}Z`);
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  for (let quarters = -48; quarters <= 56; quarters += 1) {
    const moment = asUtc - quarters * 15 * 60_000;
    if (Date.parse(`${clock.format(moment).replace(' ', 'T')}Z`) === Math.floor(asUtc / 1000) * 1000) return moment;
  }
  throw new Error(`no moment in ${zone} is ${text}`);
}

/** The calendar date of a moment on the clocks of a zone. */
export function dateOn(ms: number, zone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(ms);
}
