import type { z } from 'zod';
import { Problem } from './problem.ts';

/** Validates a JSON body. @throws Problem invalid_request with a JSON pointer to each wrong field */
export function checkBody<T>(schema: z.ZodType<T>, value: unknown): T {
  const read = schema.safeParse(value, { error: missing });
  if (read.success) return read.data;
  throw refusal(
    read.error.issues.flatMap(spread).map(({ path, message }) => ({ pointer: pointerOf(path), detail: message })),
  );
}

/** Validates query or path parameters. @throws Problem invalid_request naming each wrong parameter */
export function checkParameters<T>(schema: z.ZodType<T>, values: Record<string, unknown>): T {
  const read = schema.safeParse(values, { error: missing });
  if (read.success) return read.data;
  throw refusal(
    read.error.issues
      .flatMap(spread)
      .map(({ path, message }) => ({ parameter: String(path[0] ?? ''), detail: message })),
  );
}

/** Validates path parameters. A value outside a closed list is not found, rather than invalid. @throws Problem not_found, invalid_request */
export function checkPath<T>(schema: z.ZodType<T>, values: Record<string, unknown>): T {
  const read = schema.safeParse(values);
  const unknown = read.success ? undefined : read.error.issues.find(({ code }) => code === 'invalid_value');
  if (unknown) throw new Problem('not_found', `${String(unknown.path[0])}: ${unknown.message}`);
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

/** A field that is absent is reported as missing, not as having a wrong type. */
function missing({ code, input }: { code?: string; input?: unknown }): string | undefined {
  return code === 'invalid_type' && input === undefined ? 'is missing' : undefined;
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
}

/** Zod reports unknown fields as one issue of their object: this makes one of each, with its own path. */
function spread(issue: z.core.$ZodIssue): Place[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'there is no such field' }));
  }
  return [{ path: issue.path, message: issue.message }];
}

/** A path within a body as a JSON pointer (RFC 6901). */
export function pointerOf(path: PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
