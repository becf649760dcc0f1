import { hash } from 'node:crypto';

/** A short text for a long one, another for another. */
export const sumOf = (text: string): string => hash('sha1', text, 'base64url');
