import type { ProviderErrorKind } from '@freshet/contracts';
import type { Reading } from '../provider.ts';
import type { Grant, Refusal } from '../quota/ledger.ts';

/** For one call, body included. */
export const CALL_MS = 30_000;
/** For a probe of the breaker: whoever needs longer for an answer isn't back, and the symbols in it have somebody else to go to. */
export const PROBE_CALL_MS = 10_000;
/** How long a grant is good for: 30 s of the call, and 15 until it is sent. */
export const GRANT_MS = 45_000;

/** A reading, and what it took: calls that went out (retries and handshakes included), and when the answer came. */
export interface Asked extends Reading {
  calls: number;
  receivedAt: Date;
}

/** How a call is made: with the grant that its lane took, for wants of that rank. */
export interface AskHow {
  grant: Grant;
  rank: number;
  /** Aborted, a call that isn't sent yet is given up, and an answer that is still out is not waited for. */
  signal?: AbortSignal;
  /** Whoever is asked isn't known to be well, and what is asked has somebody else to go to, or others have failed for it: one attempt, and a short one. */
  brief?: boolean;
}

/** A probe is brief always: it has its answer with the first attempt. */
export const isBrief = ({ grant, brief }: AskHow): boolean => brief === true || grant.probe === true;

/** `kind`: as which error this would count for a want that can't wait. */
export type NotNow = Refusal & { kind: ProviderErrorKind };
