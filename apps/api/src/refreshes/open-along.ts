import type { RefreshBody, RefreshKind, RefreshTarget } from '@freshet/contracts';
import type { OperationKey } from '@freshet/contracts/api';
import type { Api } from '../api.ts';
import type { Ask } from '../http/ask.ts';
import { Problem } from '../http/problem.ts';
import type { Opened } from './door.ts';

/**
 * Opens the refresh that follows from a change; it counts against the caller's limits. Null: the limit is used up or the queue is full. The change
 * itself stands then, and schedules refresh what is watched and held.
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
