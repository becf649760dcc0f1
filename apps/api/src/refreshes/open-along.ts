import type { RefreshBody, RefreshKind, RefreshTarget } from '@freshet/contracts';
import type { OperationKey } from '@freshet/contracts/api';
import type { Api } from '../api.ts';
import type { Ask } from '../http/ask.ts';
import { Problem } from '../http/problem.ts';
import type { Opened } from './door.ts';

/**
 * Opens the refresh that follows from a change, at the expense of who makes it. Null: their limit is spent or the queue is full. That doesn't keep
 * anyone from the change itself: the schedules refresh what is watched and held.
 */
export async function openAlong(
  { door }: Pick<Api, 'door'>,
  { who, requestId, remoteAddress, once }: Pick<Ask<OperationKey>, 'who' | 'requestId' | 'remoteAddress' | 'once'>,
  what: { kind: RefreshKind; target: RefreshTarget; body: RefreshBody; bySymbols?: boolean },
): Promise<Opened | null> {
  try {
    return await door.open({ ...what, who, requestId, remoteAddress, once });
  } catch (error) {
    if (error instanceof Problem && (error.code === 'rate_limited' || error.code === 'queue_full')) return null;
    throw error;
  }
}
