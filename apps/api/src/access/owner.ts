import type { OperationKey } from '@freshet/contracts/api';
import type { Ask } from '../http/ask.ts';

/** Whose things are looked for: the caller's own, or everybody's (null) where the role reaches so far. */
export const ownerOf = ({ who, reach }: Pick<Ask<OperationKey>, 'who' | 'reach'>): string | null =>
  reach === 'own' ? who.userId : null;
