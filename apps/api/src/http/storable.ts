import { pointerOf } from './check.ts';
import { Problem } from './problem.ts';

/** Postgres keeps no NUL in text, and no half of a surrogate pair in jsonb: either would fail the statement, in our name. */
const DETAIL = "has a character that can't be kept: NUL, or half of a surrogate pair";

/** @throws Problem invalid_request with a pointer to each text (or name of a field) that can't be kept */
export function assertStorable(body: unknown): void {
  const errors = unstorableIn(body, []).map((path) => ({ pointer: pointerOf(path), detail: DETAIL }));
  if (errors[0]) refuse(`${errors[0].pointer}: ${DETAIL}`, errors);
}

/** A path with a NUL in it leads nowhere; a parameter with one is wrong. @throws Problem not_found, invalid_request */
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

/** Bodies are at most 20 levels deep here. */
function unstorableIn(value: unknown, path: (string | number)[]): (string | number)[][] {
  if (typeof value === 'string') return isStorable(value) ? [] : [path];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((each, i) => unstorableIn(each, [...path, i]));
  return Object.entries(value).flatMap(([name, each]) =>
    isStorable(name) ? unstorableIn(each, [...path, name]) : [path],
  );
}
