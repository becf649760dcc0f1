import { hash } from 'node:crypto';
import { Problem } from './problem.ts';

/** The ETag of a body that has no version of its own. */
export function tagOfBody(body: string | Buffer): string {
  return `"${hash('sha1', body, 'base64url')}"`;
}

/**
 * The ETag of what an answer tells, where its bytes go with the clock: a weak one, as two such answers say the same and aren't equal.
 * `told` is all that makes them differ in meaning.
 */
export function tagOfWhatIsTold(told: unknown): string {
  return `W/${tagOfBody(JSON.stringify(told))}`;
}

/** The ETag of a version, which goes back as If-Match. */
export function tagOfVersion(version: number): string {
  return `"v${version}"`;
}

/** The ETag of an answer that changes while its version doesn't: If-Match takes it for the version, If-None-Match for all of it. */
export function tagOfVersionIn(version: number, body: unknown): string {
  return `"v${version}-${hash('sha1', JSON.stringify(body), 'base64url')}"`;
}

/** Whether If-None-Match names this tag: then the reader has it already. */
export function holds(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  if (header === tag || header === '*') return true;
  return header.split(',').some((each) => each.trim().replace(/^W\//, '') === tag.replace(/^W\//, ''));
}

/** One of ours, with or without quotes; what it tells behind the version, of what isn't versioned, doesn't count. */
const VERSION = /^(?:W\/)?"v?(\d{1,9})(?:-[\w-]{1,60})?"$|^v?(\d{1,9})$/;
const TAGS = /(?:W\/)?"[^"]*"|[^\s,]+/g;
/** Each costs a look; who merges knows two or three. */
const MOST_TAGS = 20;

/**
 * The versions that If-Match names, any of which will do (RFC 9110), oldest first: looked for in this order, none is missed that
 * comes meanwhile. Tags of others match nothing. @throws Problem precondition_required, invalid_header
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
  throw new Problem('invalid_header', 'If-Match is not an ETag of ours: send the one that you were given.');
}
