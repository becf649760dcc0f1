import { isDeepStrictEqual } from 'node:util';
import { expectedVersions, tagOfVersion } from './etag.ts';
import { Problem } from './problem.ts';

/**
 * Whether all that is `wanted` is there already, in the version that the caller knows: then there is nothing to change, and no version, audit
 * entry or event to be made of it. Nothing wanted is there always.
 * @throws Problem precondition_required, invalid_header
 */
export function isThere<View extends { version: number }>(
  ifMatch: string | undefined,
  wanted: { [Name in keyof View]?: unknown },
  there: View,
): boolean {
  const knows = expectedVersions(ifMatch).some((version) => version === '*' || version === there.version);
  return knows && Object.entries(wanted).every(([name, value]) => isDeepStrictEqual(value, there[name as keyof View]));
}

/**
 * Changes something that has a version: `If-Match` names the one that the caller knows. Somebody else's change in between is
 * answered with what is there now, so that the caller can merge.
 * @throws Problem precondition_required, version_conflict, not_found
 */
export async function changeVersion<Row extends { version: number }, Done>(
  ifMatch: string | undefined,
  parts: {
    change(expected: number | '*'): Promise<Done | null | false>;
    /** What is there now; null: it is gone. */
    current(): Promise<Row | null>;
    show(row: Row): object;
  },
): Promise<Done> {
  const versions = expectedVersions(ifMatch);
  for (const expected of versions) {
    const done = await parts.change(expected);
    if (done !== null && done !== false) return done;
  }
  const row = await parts.current();
  if (!row) throw new Problem('not_found');
  throw new Problem('version_conflict', {
    headers: { etag: tagOfVersion(row.version) },
    more: { current: parts.show(row), expected_version: versions.at(-1) },
  });
}
