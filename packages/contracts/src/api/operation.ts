import { z } from 'zod';
import type { ProblemCode } from '../problems.ts';

/**
 * The description of one operation of the HTTP API. The api validates requests with it; OpenAPI and the client's types are derived
 * from it. Its key in a table is its method and path: `GET /api/v1/refreshes/{refresh_id}`.
 */
export interface Operation {
  tag: string;
  summary: string;
  description?: string;
  path?: z.ZodObject;
  query?: z.ZodObject;
  /** A JSON body; when every field of it is optional, it may be left out. */
  body?: z.ZodType;
  /** The schema of the body by success status, the usual status first; null for an answer without a body. */
  answers: { readonly [status: number]: z.ZodType | null };
  /** Content type of an answer that isn't JSON. */
  media?: string;
  /** Another content type of the same answer, as text. */
  alsoAs?: string;
  /** Request headers that are required beside those that follow from the other fields, with their descriptions. */
  sends?: Readonly<Record<string, string>>;
  /** Creates something: honours Idempotency-Key. */
  creates?: true;
  /** Starts a refresh: honours Prefer: wait, and counts against the caller's limits. */
  refreshes?: true;
  /** Honours Prefer: wait without starting a refresh. */
  waits?: true;
  /** Changes something that has a version. True: If-Match is required; optional: it is checked if sent. */
  ifMatch?: true | 'optional';
  /** Other paths of the same operation. */
  aliases?: readonly string[];
  /** No key needed. */
  open?: true;
  /** Problem codes that it may answer beside those that follow from the other fields. */
  problems?: readonly ProblemCode[];
  /** Headers of its success answers beside those that follow from the other fields. */
  headers?: readonly string[];
}

/** Keeps the literal types of a table of operations. */
export function operationsOf<const T extends Record<string, Operation>>(table: T): T {
  return table;
}

export const when = z.iso.datetime();

/** The years 1 to 9999, in UTC: ISO 8601 writes them with four digits, and Postgres can store them. */
const FIRST_MS = Date.parse('0001-01-01T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** A moment in a query, with any offset. */
export const moment = z.iso.datetime({ offset: true }).refine((text) => {
  const ms = Date.parse(text);
  return ms >= FIRST_MS && ms <= LAST_MS;
}, 'is outside the years 1 to 9999');

/** A day in a query. */
export const day = z.iso.date().refine((text) => Date.parse(text) >= FIRST_MS, 'is before the year 1');

/** A day or a moment, in a query. */
export const dayOrMoment = z.union([day, moment], {
  error(issue) {
    // If the text is well-formed as a day or a moment, the error is its range.
    const written = issue.code === 'invalid_union' && issue.errors.find((all) => all.every(isRange));
    return written
      ? written[0]?.message
      : 'is neither a day, such as 2026-11-30, nor a moment, such as 2026-11-30T15:00:00Z';
  },
});
const isRange = ({ code }: { code: string }) => code === 'custom';

export const money = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .describe('A decimal, as a string');

/** The body of a list: one page, and the cursor of the next page. */
export const nextCursor = z
  .string()
  .nullable()
  .describe('Send it as `cursor` to get the next page; null on the last page');

export function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({ data: z.array(item), next_cursor: nextCursor });
}

/** A whole number in a query. An empty value is refused: read as 0 it would mean, for max_age_s, that every price is too old. */
export function whole(from: number, to: number) {
  const wrong = `is not a whole number from ${from} to ${to}`;
  const read = (sent: string | number) => (/^-?\d{1,15}$/.test(String(sent)) ? Number(sent) : sent);
  return z.preprocess(read, z.int(wrong).min(from, wrong).max(to, wrong));
}

export const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** The query parameters of every list. */
export const paging = {
  limit: whole(1, 200).optional().describe('Rows per page; default 50'),
  cursor: z.string().max(500).optional().describe('next_cursor of the previous page'),
};

/** The same for lists that are short, or usually read as a whole. */
export const pagingOfAll = {
  ...paging,
  limit: whole(1, 10_000).optional().describe('Rows per page; default: all rows'),
};

export const version = z.int().describe('Grows with each change; a change sends its ETag as If-Match');

/** Whose objects a list is narrowed to. */
export const userFilter = z
  .string()
  .max(100)
  .optional()
  .describe('A user id, or `me`: only what belongs to that user. The role user always sees its own only');

/** Whose a new object is. */
export const newOwner = z
  .string()
  .max(100)
  .optional()
  .describe('The user that it belongs to; default: the user of the key. The role user may name only itself');
