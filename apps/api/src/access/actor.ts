import type { Actor } from '@freshet/store';
import type { OperationKey } from '@freshet/contracts/api';
import type { Ask } from '../http/ask.ts';

/** Who the audit log names. */
export function actorOf({
  who,
  requestId,
  remoteAddress,
  once,
}: Pick<Ask<OperationKey>, 'who' | 'requestId' | 'remoteAddress'> & { once?: Actor['once'] }): Actor {
  return { keyId: who.keyId, userId: who.userId, role: who.role, requestId, remoteAddress, once };
}
