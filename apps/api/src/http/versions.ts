import { isDeepStrictEqual } from 'node:util';
import { expectedVersions, tagOfVersion } from './etag.ts';
import { Problem } from './problem.ts';

/**
 * Whether the current row has all `wanted` values already, and If-Match names its version. Then nothing is written: no new version, no audit
 * entry, no event. An empty `wanted` always fits.
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
 * Changes something that has a version, if `If-Match` names the current one. After somebody else's change the problem contains the current
 * state, so that the caller can merge.
 * @throws Problem precondition_required, version_conflict, not_found
 */
export async function changeVersion<Row extends { version: number }, Done>(
  ifMatch: string | undefined,
  parts: {
    change(expected: number | '*'): Promise<Done | null | false>;
    /** The current row; null: it was deleted. */
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
