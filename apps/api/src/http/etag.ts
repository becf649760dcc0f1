import { hash } from 'node:crypto';
import { Problem } from './problem.ts';

/** The ETag of a body that has no version of its own. */
export function tagOfBody(body: string | Buffer): string {
  return `"${hash('sha1', body, 'base64url')}"`;
}

/**
 * The ETag of an answer that contains the present time or ages: a weak one, because two answers may mean the same without equal bytes.
 * `told` is everything that makes a difference in meaning.
 */
export function tagOfWhatIsTold(told: unknown): string {
  return `W/${tagOfBody(JSON.stringify(told))}`;
}

/** The ETag of a version, which the caller sends back as If-Match. */
export function tagOfVersion(version: number): string {
  return `"v${version}"`;
}

/** The ETag of an answer that can change while its version doesn't. If-Match compares only the version in it, If-None-Match the whole. */
export function tagOfVersionIn(version: number, body: unknown): string {
  return `"v${version}-${hash('sha1', JSON.stringify(body), 'base64url')}"`;
}

/** Whether If-None-Match names this tag, so that the reader has this version already. */
export function holds(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  if (header === tag || header === '*') return true;
  return header.split(',').some((each) => each.trim().replace(/^W\//, '') === tag.replace(/^W\//, ''));
}

/** An ETag of a version, with or without quotes. What follows the version in it is ignored. */
const VERSION = /^(?:W\/)?"v?(\d{1,9})(?:-[\w-]{1,60})?"$|^v?(\d{1,9})$/;
const TAGS = /(?:W\/)?"[^"]*"|[^\s,]+/g;
/** Each tag costs an update statement. A client that merges knows two or three. */
const MOST_TAGS = 20;

/**
 * The versions that If-Match names, any of which will do (RFC 9110). The oldest comes first: tried in this order, a version that is made between
 * two tries is not missed. Foreign tags match nothing. @throws Problem precondition_required, invalid_header
 */
export function expectedVersions(header: string | undefined): (number | '*')[] {
  if (header === undefined || header.trim() === '') throw new Problem('precondition_required');
  if (header.trim() === '*') return ['*'];
  const tags = header.match(TAGS) ?? [];
  if (tags.length > MOST_TAGS) throw new Problem('invalid_header', `If-Match names more than ${MOST_TAGS} ETags.`);
  const versions = tags.flatMap((tag) => {
    const found = VERSION.exec(tag);
    return found ? Number(found[1] ?? found[2]) : [];
  });
  if (versions.length > 0) return versions.sort((a, b) => a - b);
  throw new Problem(
    'invalid_header',
    'If-Match is not an ETag of this API. Send the ETag header of the answer that your change is based on.',
  );
}
