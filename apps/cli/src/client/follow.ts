import { setTimeout as pause } from 'node:timers/promises';
import { type Client, followRefresh } from '@freshet/client';
import type { RefreshResult, RefreshView } from '@freshet/contracts';
import { isConnectionLost } from './failure.ts';

/** An API that is restarted is back within some seconds. */
const PATIENCE_MS = 30_000;
const RETRY_MS = 500;
/** Two failures further apart than this are two outages. */
const APART_MS = 5_000;

/** Follows a refresh to its end, over a restart of the API too. @throws what keeps the API away for longer, or the signal's reason */
export async function followOver(
  client: Client,
  id: string,
  options: { onProgress(view: RefreshView): void; say(text: string): void; signal: AbortSignal },
): Promise<RefreshResult> {
  const { say, signal, ...rest } = options;
  let since = Number.NEGATIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (;;) {
    try {
      return await followRefresh(client, id, { ...rest, signal });
    } catch (error) {
      if (signal.aborted || !isConnectionLost(error)) throw error;
      const now = performance.now();
      if (now - last > APART_MS) {
        since = now;
        say('The connection was lost; it is made again.');
      }
      last = now;
      if (now - since > PATIENCE_MS) throw error;
      await pause(RETRY_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}
