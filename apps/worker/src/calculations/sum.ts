import { hash } from 'node:crypto';

/** One short text for many, other for others; of parts that have no line break in them. */
export const sumOf = (parts: readonly string[]): string => hash('sha1', parts.join('\n'), 'base64url');
