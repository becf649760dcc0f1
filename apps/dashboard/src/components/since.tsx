import { formatRelative } from '../format/times.ts';
import { now } from '../state/clock.ts';

/** How long ago it was. Apart from the rows around it, so that its ticking lets a thousand of them alone. */
export function Since({ at }: { at: string }) {
  return <>{formatRelative(at, now.value)}</>;
}
