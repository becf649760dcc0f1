import { type SessionDate, isSessionDate } from '@freshet/market';
import { z } from 'zod';
import { wirePositive } from './wire-number.ts';

/** What a row can't do without, beside the fields of `wire-fields.ts` that may be missing: here absence fails the row. */

/** The price of a row: above zero, as a number or its text. */
export const zRequiredPrice = z
  .unknown()
  .optional()
  .transform((value, context) => {
    const text = wirePositive(value);
    if (text !== null) return text;
    context.addIssue({ code: 'custom', message: 'not a price above zero' });
    return z.NEVER;
  });

/** The date of a session, at the beginning of a text that may go on with a time. */
export const zSession = z
  .unknown()
  .optional()
  .transform((value, context): SessionDate => {
    const date = typeof value === 'string' ? value.trim().slice(0, 10) : '';
    if (isSessionDate(date)) return date;
    context.addIssue({ code: 'custom', message: 'not a date' });
    return z.NEVER;
  });

/** A name that must be there. */
export const zName = z.string().trim().min(1);

/** The rows of a list that fit the schema, and how many didn't. Null when it isn't a list. */
export function rowsOf<S extends z.ZodType>(schema: S, list: unknown): { rows: z.infer<S>[]; bad: number } | null {
  if (!Array.isArray(list)) return null;
  const parsed = list.map((item) => schema.safeParse(item));
  const rows = parsed.flatMap((one) => (one.success ? [one.data] : []));
  return { rows, bad: parsed.length - rows.length };
}
