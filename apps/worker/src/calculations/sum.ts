import { hash } from 'node:crypto';

/** A short hash of a text. */
export const sumOf = (text: string): string => hash('sha1', text, 'base64url');
