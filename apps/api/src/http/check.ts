import type { z } from 'zod';
import { Problem } from './problem.ts';

/** Reads a JSON body by its schema. @throws Problem invalid_request with a JSON pointer for each field */
export function checkBody<T>(schema: z.ZodType<T>, value: unknown): T {
  const read = schema.safeParse(value, { error: missing });
  if (read.success) return read.data;
  throw refusal(
    read.error.issues.flatMap(spread).map(({ path, message }) => ({ pointer: pointerOf(path), detail: message })),
  );
}

/** Reads query or path parameters. @throws Problem invalid_request naming each parameter */
export function checkParameters<T>(schema: z.ZodType<T>, values: Record<string, unknown>): T {
  const read = schema.safeParse(values, { error: missing });
  if (read.success) return read.data;
  throw refusal(
    read.error.issues
      .flatMap(spread)
      .map(({ path, message }) => ({ parameter: String(path[0] ?? ''), detail: message })),
  );
}

/** The same for what the address itself names: nothing is found at a name that is none of a closed list. @throws Problem not_found too */
export function checkPath<T>(schema: z.ZodType<T>, values: Record<string, unknown>): T {
  const read = schema.safeParse(values);
  const unknown = read.success ? undefined : read.error.issues.find(({ code }) => code === 'invalid_value');
  if (unknown) throw new Problem('not_found', `${String(unknown.path[0])}: ${unknown.message}`);
  return checkParameters(schema, values);
}

/**
 * Whether it is refused for a parameter that it doesn't have, which would otherwise look as if it had worked. What is asked without a key
 * is not ours alone to word, nor are probes: they break caches with one, and who sends triggers adds what they please.
 */
export function isStrict(key: string, { open }: { open?: true }): boolean {
  return !open && key.includes(' /api/');
}

/** Whether what is sent along with it, where it takes nothing, is refused in the same way. Of a GET no body means anything. */
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

/** What isn't there has no type that could be wrong. */
function missing({ code, input }: { code?: string; input?: unknown }): string | undefined {
  return code === 'invalid_type' && input === undefined ? 'is missing' : undefined;
}

const MOST_ERRORS = 20;

function refusal(errors: { pointer?: string; parameter?: string; detail: string }[]): Problem {
  const shown = errors.slice(0, MOST_ERRORS);
  const first = shown[0];
  const where = first?.pointer ?? first?.parameter ?? '';
  return new Problem('invalid_request', {
    detail: `${where ? `${where}: ` : ''}${first?.detail ?? 'not as described'}`,
    errors: shown,
  });
}

interface Place {
  path: PropertyKey[];
  message: string;
}

/** Unknown fields come as one issue of the object: each is named at its own place. */
function spread(issue: z.core.$ZodIssue): Place[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'there is no such field' }));
  }
  return [{ path: issue.path, message: issue.message }];
}

/** Where in a body, as a JSON pointer (RFC 6901). */
export function pointerOf(path: PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
