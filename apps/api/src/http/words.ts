import type { z } from 'zod';

/** An issue before it has a message: with what was sent. */
type Issue = z.core.$ZodRawIssue;

const TYPES: Record<string, string> = {
  string: 'is not a string',
  number: 'is not a number',
  int: 'is not a whole number',
  boolean: 'is neither true nor false',
  array: 'is not an array',
  object: 'is not an object',
  record: 'is not an object',
};

const FORMATS: Record<string, string> = {
  date: 'is not a day, such as 2026-11-30',
  datetime: 'is not a moment, such as 2026-11-30T15:00:00Z',
  url: 'is not a URL, such as https://example.com/hook',
};

/** What is wrong with a field or parameter, where its schema doesn't say it itself. Undefined: zod's own words. */
export function wordsOf(issue: Issue): string | undefined {
  if (issue.input === undefined) return 'is missing';
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected];
    case 'invalid_value':
      return outside(issue.values.map(String));
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options) ? outside(issue.options.map(String)) : undefined;
    case 'invalid_format':
      return FORMATS[issue.format];
    case 'invalid_key':
      return `its name ${issue.issues[0]?.message ?? 'is not allowed'}`;
    case 'too_small':
      return below(issue.origin, issue.minimum);
    case 'too_big':
      return above(issue.origin, issue.maximum);
    default:
      return undefined;
  }
}

function outside(values: readonly string[]): string {
  const [first, second] = values;
  if (values.length === 1) return `can only be ${first}`;
  return values.length === 2 ? `is neither ${first} nor ${second}` : `is none of ${values.join(', ')}`;
}

function below(origin: string, least: number | bigint): string {
  if (origin === 'string') return Number(least) === 1 ? 'is empty' : `has fewer than ${least} characters`;
  if (origin === 'array') return Number(least) === 1 ? 'is empty' : `has fewer than ${least} items`;
  return `is less than ${least}`;
}

function above(origin: string, most: number | bigint): string {
  if (origin === 'string') return `has more than ${most} characters`;
  return origin === 'array' ? `has more than ${most} items` : `is more than ${most}`;
}
