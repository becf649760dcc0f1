import type { RefreshProgress, RefreshResult, RefreshView } from '@freshet/contracts';
import type { Client } from './client.ts';
import { pause } from './pause.ts';

/** Whether a refresh has ended, so that its view is a result. */
export function hasEnded(view: RefreshView): view is RefreshResult {
  return view.status !== 'queued' && view.status !== 'in_progress';
}

/**
 * Polls a refresh until it has ended, at the interval that its answers ask for. Calls `onProgress` with every change.
 * @throws the signal's reason when it aborts
 */
export async function followRefresh(
  client: Pick<Client, 'ask'>,
  refreshId: string,
  options: { onProgress?(view: RefreshProgress): void; signal?: AbortSignal } = {},
): Promise<RefreshResult> {
  const { onProgress, signal } = options;
  let etag: string | null = null;
  let waitMs = 250;
  for (;;) {
    signal?.throwIfAborted();
    const answer: { body: RefreshView; etag: string | null; notModified: boolean } = await client.ask(
      'GET /api/v1/refreshes/{refresh_id}',
      { path: { refresh_id: refreshId }, ifNoneMatch: etag ?? undefined, signal },
    );
    if (!answer.notModified) {
      const view = answer.body;
      if (hasEnded(view)) return view;
      etag = answer.etag;
      waitMs = view.poll_after_ms;
      onProgress?.(view);
    }
    await pause(waitMs, signal);
  }
}
