import type { RefreshAccepted, RefreshView } from '@freshet/contracts';
import { isFinal, type RefreshStatus } from '@freshet/contracts/vocabulary';
import { signal, type Signal } from '@preact/signals';
import { ask, isRefusal, reasonOf } from '../api/ask.ts';
import { onEvent, streamState } from './stream.ts';

/** A refresh that the reader started, as far as it is. */
export interface Followed {
  refreshId: string | null;
  /** `asking` until it was accepted; then the refresh's own. */
  status: 'asking' | 'refused' | RefreshStatus;
  /** 0..1 */
  progress: number;
  step: string;
  estimatedCompletion: string | null;
  /** The whole last answer; null before the first. */
  view: RefreshView | null;
  /** Whether it joined one that somebody had started. */
  coalesced: boolean;
  /** Why it was refused. */
  refusal: string | null;
  retryAfterS: number | null;
}

const NOTHING: Followed = {
  refreshId: null,
  status: 'asking',
  progress: 0,
  step: 'Asking',
  estimatedCompletion: null,
  view: null,
  coalesced: false,
  refusal: null,
  retryAfterS: null,
};

const scopes = new Map<string, Signal<Followed | null>>();

/** What is being refreshed under a name of the page's own, such as `watchlist wl_1`. */
export function followedOf(scope: string): Signal<Followed | null> {
  const there = scopes.get(scope);
  if (there) return there;
  const created = signal<Followed | null>(null);
  scopes.set(scope, created);
  return created;
}

/** Forgets all of them, because their reader has signed out. */
export function forgetRefreshes(): void {
  scopes.clear();
}

export const isRunning = (followed: Followed | null): boolean =>
  followed !== null && followed.status !== 'refused' && (followed.status === 'asking' || !isFinal(followed.status));

type Started = RefreshAccepted | RefreshView;

/** Starts a refresh and follows it to its end, by events and by polling, whichever is first. Never throws. */
export async function startRefresh(scope: string, start: () => Promise<Started>): Promise<Followed> {
  const cell = followedOf(scope);
  if (isRunning(cell.peek())) return cell.peek() as Followed;
  cell.value = NOTHING;
  try {
    const accepted = await start();
    const coalesced = 'coalesced' in accepted && accepted.coalesced;
    cell.value = {
      ...NOTHING,
      refreshId: accepted.refresh_id,
      status: accepted.status,
      step: 'Waiting for a worker',
      coalesced,
    };
    const isWanted = () => scopes.get(scope) === cell;
    await followToEnd(accepted.refresh_id, isWanted, (view) => {
      cell.value = advanced(cell.peek() ?? NOTHING, view);
    });
  } catch (error) {
    const retryAfterS = isRefusal(error) ? error.retryAfterS : null;
    const refused: Followed = { ...(cell.peek() ?? NOTHING), status: 'refused', refusal: reasonOf(error), retryAfterS };
    cell.value = refused;
    if (!isRefusal(error)) forgetWhenBack(cell, refused);
  }
  return cell.peek() as Followed;
}

/** Takes back the message that the server can't be reached, once events come in again. */
function forgetWhenBack(cell: Signal<Followed | null>, shown: Followed): void {
  let wasAway = false;
  const stop = streamState.subscribe((state) => {
    wasAway ||= state !== 'live';
    if (cell.peek() === shown && !(wasAway && state === 'live')) return;
    if (cell.peek() === shown) cell.value = null;
    // Deferred, because `subscribe` calls this before it has returned `stop`.
    queueMicrotask(() => stop());
  });
}

/** The next state of what is shown; the bar never goes back, whichever of two answers arrives last. */
export function advanced(before: Followed, view: RefreshView): Followed {
  if (before.status !== 'asking' && before.status !== 'refused' && isFinal(before.status) && !isFinal(view.status))
    return before;
  return {
    ...before,
    refreshId: view.refresh_id,
    status: view.status,
    progress: Math.max(before.progress, view.progress),
    step: view.current_step,
    estimatedCompletion: 'estimated_completion' in view ? view.estimated_completion : null,
    view,
  };
}

/** While events come in, polling is needed only for a refresh of another user that ours joined: its events don't reach us. */
const POLL_BESIDE_EVENTS_MS = 1_500;
const POLL_AGAIN_MS = 2_000;

async function followToEnd(id: string, isWanted: () => boolean, show: (view: RefreshView) => void): Promise<void> {
  let wake = () => {};
  const stop = onEvent('refresh_progress', (payload) => {
    if (payload.refresh_id !== id) return;
    const view = payload as unknown as RefreshView;
    // The event of the end leaves out the failures, which the last poll brings.
    if (isFinal(view.status)) wake();
    else show(view);
  });
  try {
    while (isWanted()) {
      const view = await ask('GET /api/v1/refreshes/{refresh_id}', { path: { refresh_id: id } }).catch(
        (error: unknown) => {
          if (isRefusal(error)) throw error;
          return null;
        },
      );
      if (view) show(view);
      if (view && isFinal(view.status)) return;
      const pollMs = view && 'poll_after_ms' in view ? view.poll_after_ms : POLL_AGAIN_MS;
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, streamState.peek() === 'live' ? Math.max(pollMs, POLL_BESIDE_EVENTS_MS) : pollMs);
      });
    }
  } finally {
    stop();
  }
}
