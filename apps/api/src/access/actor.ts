import type { Actor } from '@freshet/store';
import type { OperationKey } from '@freshet/contracts/api';
import type { Ask } from '../http/ask.ts';

/** The actor that the audit log records for a request. */
export function actorOf({
  who,
  requestId,
  remoteAddress,
  once,
}: Pick<Ask<OperationKey>, 'who' | 'requestId' | 'remoteAddress'> & { once?: Actor['once'] }): Actor {
  return { keyId: who.keyId, userId: who.userId, role: who.role, requestId, remoteAddress, once };
}
