import type { RefreshAccepted, RefreshView } from '@freshet/contracts';
import { followedOf, isRunning, startRefresh } from '../state/refreshes.ts';

/**
 * Starts a refresh under a scope; `RefreshState` of the same scope shows how far it is. While one runs the button does nothing, but
 * keeps the focus: a `disabled` one would drop it, and a keyboard's next Tab would begin at the top of the page.
 */
export function RefreshButton({
  scope,
  start,
  children = 'Refresh',
  primary = true,
  after,
}: {
  scope: string;
  start: () => Promise<RefreshAccepted | RefreshView>;
  children?: string;
  primary?: boolean;
  /** Called at its end. */
  after?: () => void;
}) {
  const running = isRunning(followedOf(scope).value);
  return (
    <button
      type="button"
      class={`button ${primary ? 'primary' : ''}`}
      aria-disabled={running}
      onClick={() => {
        if (!running) void startRefresh(scope, start).then(after);
      }}
    >
      {running ? 'Refreshing' : children}
    </button>
  );
}
