import type { ComponentChildren } from 'preact';
import { useErrorBoundary } from 'preact/hooks';

/**
 * Keeps the rest of the page standing when a part of it fails, as after an update that answers what this page's older script
 * doesn't expect. Without it what was shown before would stay, under an address that is another's.
 */
export function Boundary({ children }: { children: ComponentChildren }) {
  const [error] = useErrorBoundary((thrown) => reportError(thrown));
  if (error === undefined) return <>{children}</>;
  return (
    <>
      <div class="page-head">
        <h1>This page could not be shown</h1>
      </div>
      <p class="trouble" role="alert">
        Perhaps Freshet was updated since it was opened.{' '}
        <button type="button" class="button small" onClick={() => location.reload()}>
          Reload the page
        </button>
      </p>
    </>
  );
}
