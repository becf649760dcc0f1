import type { ProviderErrorKind } from '@freshet/contracts';
import type { Reading } from '../provider.ts';
import type { Grant, Refusal } from '../quota/ledger.ts';

/** The time-out of one call, body included. */
export const CALL_MS = 30_000;
/**
 * The time-out of a breaker's probe. A provider that needs longer hasn't recovered, and others can serve the symbols.
 */
export const PROBE_CALL_MS = 10_000;
/** How long a grant is valid: 30 s for the call and 15 s until it is sent. */
export const GRANT_MS = 45_000;

/** A reading, the number of calls sent for it (retries and handshakes included), and when the answer came. */
export interface Asked extends Reading {
  calls: number;
  receivedAt: Date;
}

/** The terms of a call: the grant that its lane took, and the rank of its wants. */
export interface AskHow {
  grant: Grant;
  rank: number;
  /** When aborted, an unsent call is dropped and an outstanding answer isn't waited for. */
  signal?: AbortSignal;
  /**
   * One short attempt only: the provider isn't known to be well and another can serve the symbols, or others have
   * failed for them already.
   */
  brief?: boolean;
}

/** A probe is always brief: its first attempt shows whether the provider has recovered. */
export const isBrief = ({ grant, brief }: AskHow): boolean => brief === true || grant.probe === true;

/** `kind`: the error that this refusal means for a want that can't wait. */
export type NotNow = Refusal & { kind: ProviderErrorKind };
