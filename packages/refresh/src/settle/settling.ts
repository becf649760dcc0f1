import type { ProviderErrorKind } from '@freshet/contracts';
import type { Doubt, Lanes, UsdtRates } from '../ports.ts';

/** What an answer is judged by, besides its own content. */
export interface SettleContext {
  lane: string;
  lastAttempt: boolean;
  now: Date;
  usdtRates: UsdtRates | null;
  /** The lane's provider isn't known to be well. */
  unwell: boolean;
  chain: Lanes['chain'];
  room: Lanes['room'];
  shutBecause: Lanes['shutBecause'];
  forbidden: Lanes['forbidden'];
  historyDays: Lanes['historyDays'];
}

/** Why there is nothing to land for a symbol. */
export interface Trouble {
  kind: ProviderErrorKind;
  detail: string;
  /** The call was refused as a whole, not for this symbol. */
  whole: boolean;
  /** The provider has a price, but a newer one is stored. */
  older?: boolean;
  doubts?: Doubt[];
}
