import { summaryOf } from '../format/summary.ts';
import { formatAge, formatEta } from '../format/times.ts';
import { now } from '../state/clock.ts';
import { type Followed, followedOf, isRunning } from '../state/refreshes.ts';
import { refreshHref } from '../state/route.ts';
import { Bar } from './bar.tsx';
import './refresh-state.css';

/** The progress of a scope's refresh, its ETA, and how it ended. Read aloud as its step changes. */
export function RefreshState({ scope }: { scope: string }) {
  const cell = followedOf(scope);
  const followed = cell.value;
  if (followed === null) return null;
  const running = isRunning(followed);
  return (
    <section class="card refresh-state" aria-label="Refresh" data-status={followed.status}>
      <div class="refresh-line">
        <span role="status" aria-live="polite">
          {running ? followed.step : endOf(followed)}
        </span>
        <span class="muted">
          {running && runningSays(followed)}{' '}
          {followed.refreshId && <a href={refreshHref(followed.refreshId)}>Steps and items</a>}
          {!running && (
            <button
              type="button"
              class="button quiet small"
              onClick={() => {
                cell.value = null;
              }}
            >
              Close
            </button>
          )}
        </span>
      </div>
      {running && (
        <Bar
          share={followed.progress}
          label="Progress of the refresh"
          tone={followed.progress === 0 ? 'waiting' : ''}
        />
      )}
    </section>
  );
}

function runningSays(followed: Followed): string {
  const parts = [`${Math.round(followed.progress * 100)}%`];
  const { view } = followed;
  if (view && view.items.total > 0) parts.push(`${view.items.done} of ${view.items.total}`);
  const eta = formatEta(followed.estimatedCompletion, now.value);
  if (eta) parts.push(eta);
  if (followed.coalesced) parts.push('joined one that was under way');
  return parts.join(' · ');
}

function endOf({ status, refusal, retryAfterS, view }: Followed): string {
  if (status === 'refused') {
    const says = refusal ?? 'It was refused.';
    // Most refusals say when themselves.
    return retryAfterS && !/ in \d/.test(says) ? `${says} Possible again in ${formatAge(retryAfterS)}.` : says;
  }
  return view && 'items_updated' in view ? summaryOf(view) : status;
}
