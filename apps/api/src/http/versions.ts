import { expectedVersions, tagOfVersion } from './etag.ts';
import { Problem } from './problem.ts';

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
