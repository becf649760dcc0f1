import type { CallKey } from '@freshet/client';
import type { AnswerOf } from '@freshet/contracts/api';
import { ask, type Given } from '../api/ask.ts';

interface Page<T> {
  data: T[];
  next_cursor: string | null;
}

/** Longer lists are cut there; their `next_cursor` is then not null. */
const MOST_PAGES = 50;

/** Reads a list to its end, page by page, up to `most` pages. */
export async function readAll<T>(
  readPage: (cursor: string | undefined) => Promise<Page<T>>,
  most = MOST_PAGES,
): Promise<Page<T>> {
  const all: T[] = [];
  let cursor: string | undefined;
  for (let page = 1; ; page++) {
    const { data, next_cursor } = await readPage(cursor);
    all.push(...data);
    if (next_cursor === null || page === most) return { data: all, next_cursor };
    cursor = next_cursor;
  }
}

/** Asks a list for all of its pages, as if it were one. */
export async function askWhole<K extends CallKey>(key: K, given: Given<K>): Promise<AnswerOf<K>> {
  const whole = await readAll((cursor) => {
    const query = { limit: 200, ...(given.query as object | undefined), ...(cursor === undefined ? {} : { cursor }) };
    return ask(key, { ...given, query } as Given<K>) as Promise<Page<unknown>>;
  });
  return whole as unknown as AnswerOf<K>;
}
