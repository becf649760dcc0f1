import { pointerOf } from './check.ts';
import { Problem } from './problem.ts';

/** Postgres can't store NUL in text, nor a lone surrogate in jsonb. Either would fail the statement, and be answered as an internal error. */
const DETAIL = 'contains a character that cannot be stored: NUL, or half of a surrogate pair';

/** @throws Problem invalid_request with a pointer to each string (or field name) that can't be stored */
export function assertStorable(body: unknown): void {
  const errors = unstorableIn(body, []).map((path) => ({ pointer: pointerOf(path), detail: DETAIL }));
  if (errors[0]) refuse(`${errors[0].pointer}: ${DETAIL}`, errors);
}

/** Refuses a NUL in the path (not found) and in the query (invalid). @throws Problem not_found, invalid_request */
export function assertStorableUrl(url: string): void {
  if (!url.includes('%00')) return;
  const at = url.indexOf('?');
  if (at < 0 || url.lastIndexOf('%00', at) >= 0) throw new Problem('not_found');
  const wrong = [...new URLSearchParams(url.slice(at + 1))].filter((pair) => !pair.every(isStorable));
  const errors = wrong.map(([name]) => ({ parameter: name, detail: DETAIL }));
  if (errors[0]) refuse(`${errors[0].parameter}: ${DETAIL}`, errors);
}

function refuse(detail: string, errors: { pointer?: string; parameter?: string; detail: string }[]): never {
  throw new Problem('invalid_request', { detail, errors: errors.slice(0, 20) });
}

function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** The recursion is bounded: `readJson` refuses bodies with more than 20 levels before. */
function unstorableIn(value: unknown, path: (string | number)[]): (string | number)[][] {
  if (typeof value === 'string') return isStorable(value) ? [] : [path];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((each, i) => unstorableIn(each, [...path, i]));
  return Object.entries(value).flatMap(([name, each]) =>
    isStorable(name) ? unstorableIn(each, [...path, name]) : [path],
  );
}
