import type { z } from 'zod';
import { Problem } from './problem.ts';
import { wordsOf } from './words.ts';

/** Validates a JSON body. @throws Problem invalid_request with a JSON pointer to each wrong field */
export function checkBody<T>(schema: z.ZodType<T>, value: unknown): T {
  const read = schema.safeParse(value, { error: wordsOf });
  if (read.success) return read.data;
  const places = placesOf(read.error, 'field');
  if (places.some(({ path }) => path.length === 0)) {
    const detail = 'is not a JSON object';
    throw new Problem('invalid_request', { detail: `The body ${detail}.`, errors: [{ pointer: '', detail }] });
  }
  throw refusal(places.map(({ path, message }) => ({ pointer: pointerOf(path), detail: message })));
}

/** Validates a query. @throws Problem invalid_request naming each wrong parameter */
export function checkQuery<T>(schema: z.ZodType<T>, url: string): T {
  const query = queryOf(url);
  return checkParameters(schema, query, ({ path: [name = ''] }) =>
    Array.isArray(query[String(name)]) ? 'is given more than once' : undefined,
  );
}

/**
 * Validates path or query parameters. `instead`: what to say of an issue instead of its message.
 * @throws Problem invalid_request naming each wrong parameter
 */
export function checkParameters<T>(
  schema: z.ZodType<T>,
  values: Record<string, unknown>,
  instead: (place: Place) => string | undefined = () => undefined,
): T {
  const read = schema.safeParse(values, { error: wordsOf });
  if (read.success) return read.data;
  throw refusal(
    placesOf(read.error, 'parameter').map((place) => ({
      parameter: String(place.path[0] ?? ''),
      detail: (!place.unknown && instead(place)) || place.message,
    })),
  );
}

/** Validates path parameters. A value outside a closed list is not found, rather than invalid. @throws Problem not_found, invalid_request */
export function checkPath<T>(schema: z.ZodType<T>, values: Record<string, unknown>): T {
  const read = schema.safeParse(values, { error: wordsOf });
  const unknown = read.success ? undefined : read.error.issues.find(({ code }) => code === 'invalid_value');
  if (unknown) throw new Problem('not_found', `${String(unknown.path[0])}: ${unknown.message}.`);
  return checkParameters(schema, values);
}

/**
 * Whether an operation without a query refuses parameters: ignored, they would look as if they had worked. Operations without a key and probes
 * accept any: senders of triggers add parameters of their own, and probes add one to bypass caches.
 */
export function isStrict(key: string, { open }: { open?: true }): boolean {
  return !open && key.includes(' /api/');
}

/** Whether an operation without a body refuses one. The body of a GET is always ignored. */
export function refusesBody(key: string, operation: { open?: true; body?: unknown }): boolean {
  return !operation.body && !key.startsWith('GET') && isStrict(key, operation);
}

/** The query as an object; a repeated parameter becomes an array, which no schema accepts. */
export function queryOf(url: string): Record<string, string | string[]> {
  const at = url.indexOf('?');
  if (at < 0) return {};
  const query: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of new URLSearchParams(url.slice(at + 1))) {
    const before = query[name];
    query[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  }
  return { ...query };
}

const MOST_ERRORS = 20;

function refusal(errors: { pointer?: string; parameter?: string; detail: string }[]): Problem {
  const shown = errors.slice(0, MOST_ERRORS);
  const first = shown[0];
  const where = first?.pointer ?? first?.parameter ?? '';
  return new Problem('invalid_request', {
    detail: `${where ? `${where}: ` : ''}${first?.detail ?? 'is not as described'}`,
    errors: shown,
  });
}

interface Place {
  path: PropertyKey[];
  message: string;
  /** There is no such field or parameter. */
  unknown?: true;
}

/**
 * Where it is wrong, each place once. Zod goes on to check the length of what has the wrong type, and reports unknown fields as one issue of
 * their object; a number beyond the safe integers is reported for that before its own bounds.
 */
function placesOf({ issues }: z.ZodError, what: 'field' | 'parameter'): Place[] {
  const places = new Map<string, Place>();
  const isBeyondAll = (issue: z.core.$ZodIssue) => 'origin' in issue && issue.origin === 'int';
  for (const issue of issues.toSorted((a, b) => Number(isBeyondAll(a)) - Number(isBeyondAll(b)))) {
    const { path, message } = issue;
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys : [];
    const here: Place[] = unknown.map((key) => ({
      path: [...path, key],
      message: `there is no such ${what}`,
      unknown: true,
    }));
    for (const place of unknown.length > 0 ? here : [{ path, message }]) {
      const at = pointerOf(place.path);
      if (!places.has(at)) places.set(at, place);
    }
  }
  return [...places.values()];
}

/** A path within a body as a JSON pointer (RFC 6901). */
export function pointerOf(path: PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
