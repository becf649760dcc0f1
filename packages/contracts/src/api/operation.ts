import { z } from 'zod';
import type { ProblemCode } from '../problems.ts';

/**
 * One operation of the HTTP API, as data: what it takes, what it answers. The api checks requests by it, OpenAPI is made
 * of it, the client's types are derived from it. Its key is its method and path: `GET /api/v1/refreshes/{refresh_id}`.
 */
export interface Operation {
  tag: string;
  summary: string;
  description?: string;
  path?: z.ZodObject;
  query?: z.ZodObject;
  /** A JSON body; when every field of it is optional, it may be left out. */
  body?: z.ZodType;
  /** Answers by status, the usual one first; null for one without a body. */
  answers: { readonly [status: number]: z.ZodType | null };
  /** Content type of an answer that isn't JSON. */
  media?: string;
  /** Another content type of the same answer, as text. */
  alsoAs?: string;
  /** Headers that it needs beyond those that follow from the rest. */
  sends?: Readonly<Record<string, string>>;
  /** A POST that creates: honours Idempotency-Key. */
  creates?: true;
  /** Starts a refresh: honours Prefer: wait, and is limited. */
  refreshes?: true;
  /** Starts nothing, and honours Prefer: wait. */
  waits?: true;
  /** Changes a version: If-Match is required, or heeded where it is sent. */
  ifMatch?: true | 'optional';
  /** Other paths that answer the same. */
  aliases?: readonly string[];
  /** No key needed. */
  open?: true;
  /** What it may say no with beyond what follows from the rest of this description. */
  problems?: readonly ProblemCode[];
  /** Headers of its good answers beyond those that follow from it. */
  headers?: readonly string[];
}

/** Keeps the literal types of a table of operations. */
export function operationsOf<const T extends Record<string, Operation>>(table: T): T {
  return table;
}

export const when = z.iso.datetime();

/** Years that Postgres has and that ISO 8601 writes with four digits, wherever the offset puts them. */
const FIRST_MS = Date.parse('0001-01-01T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** A moment in a query, with any offset. */
export const moment = z.iso.datetime({ offset: true }).refine((text) => {
  const ms = Date.parse(text);
  return ms >= FIRST_MS && ms <= LAST_MS;
}, 'lies outside the years 1 to 9999');

/** A day in a query. */
export const day = z.iso.date().refine((text) => Date.parse(text) >= FIRST_MS, 'lies before the year 1');

/** Either, in a query. */
export const dayOrMoment = z.union([day, moment], {
  error(issue) {
    // Well written as one of them: what is wrong is when it is.
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
  .describe('A decimal, as text');

/** What a list answers: a page, and the cursor of the next one. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({ data: z.array(item), next_cursor: z.string().nullable() });
}

/** A whole number in a query. An empty one is none: as 0 it would say that no price is young enough. */
export function whole(from: number, to: number) {
  const wrong = `is not a whole number from ${from} to ${to}`;
  const read = (sent: string | number) => (/^-?\d{1,15}$/.test(String(sent)) ? Number(sent) : sent);
  return z.preprocess(read, z.int(wrong).min(from, wrong).max(to, wrong));
}

export const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** Query fields of every list. */
export const paging = {
  limit: whole(1, 200).optional().describe('Rows of a page; default 50'),
  cursor: z.string().max(500).optional().describe('next_cursor of the page before'),
};

/** Those of lists that are short, or wanted whole. */
export const pagingOfAll = { ...paging, limit: whole(1, 10_000).optional().describe('Rows of a page; default all') };

export const version = z.int().describe('Counts changes; its ETag goes into If-Match');
