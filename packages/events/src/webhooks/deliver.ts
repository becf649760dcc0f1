import type { AddressRules } from './address.ts';

export type DeliveryResult =
  | { kind: 'delivered'; status: number; ms: number; responseBody: string }
  /** To be tried again; `retryAfterMs` when the receiver said when. */
  | {
      kind: 'retry';
      because: string;
      status: number | null;
      ms: number;
      retryAfterMs: number | null;
      responseBody: string;
    }
  /** 410: the endpoint wants no more; disable it. */
  | { kind: 'gone'; status: 410; ms: number; responseBody: string }
  /** The address isn't allowed; trying again can't help. */
  | { kind: 'refused'; because: string; status: null; ms: number; responseBody: '' };

export interface Deliverer {
  deliver(message: {
    url: string;
    /** The same for every attempt of one delivery. */
    id: string;
    body: string;
    secrets: readonly string[];
  }): Promise<DeliveryResult>;
  close(): Promise<void>;
}
export declare function createDeliverer(rules?: AddressRules & { timeoutMs?: number }): Deliverer;
