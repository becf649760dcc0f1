import { z } from 'zod';
import { wireCount, wireDate, wireDecimal, wirePositive, wireTime } from './wire-number.ts';

/**
 * Fields as providers write them, for zod schemas: each takes whatever stands there (a number, its text, null, nothing)
 * and gives the checked value or null. So one odd field never costs the row, and nothing unchecked comes through.
 */
const field = <T>(read: (value: unknown) => T) => z.unknown().optional().transform(read);

/** A price: above zero. */
export const zPrice = field(wirePositive);
/** A volume, a capitalisation: zero or more. */
export const zCount = field(wireCount);
/** Any finite number. */
export const zDecimal = field(wireDecimal);
/** A moment as a number since 1970, in whichever unit. */
export const zMoment = field(wireTime);
/** A moment as ISO 8601 text with its offset, or as a number since 1970. */
export const zIsoMoment = field(isoMoment);

function isoMoment(value: unknown): Date | null {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}T/.test(value)) return wireTime(value);
  return wireDate(value);
}

/**
 * The time of a price, where undefined (the answer has no such field: it came when it was asked for) is another matter than null
 * (it has, and tells none, as Finnhub's `t: 0`): a price of nobody knows when must not pass for one of now.
 */
const told = (read: (value: unknown) => Date | null) =>
  field((value) => (value === undefined ? undefined : read(value)));
export const zToldMoment = told(wireTime);
export const zToldIsoMoment = told(isoMoment);
/** Text that says something. */
export const zText = field((value) => (typeof value === 'string' && value.trim() !== '' ? value.trim() : null));
/** A list, or nothing. */
export const zList = field((value): unknown[] => (Array.isArray(value) ? value : []));
