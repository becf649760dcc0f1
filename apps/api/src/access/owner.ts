import type { OperationKey } from '@freshet/contracts/api';
import type { Ask } from '../http/ask.ts';

/** The user whose objects are looked for: the caller, or null (everybody) if the role reaches any. */
export const ownerOf = ({ who, reach }: Pick<Ask<OperationKey>, 'who' | 'reach'>): string | null =>
  reach === 'own' ? who.userId : null;
