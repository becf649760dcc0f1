import type { Bar, DecimalText, EarningsDate, MarketSymbol, Quote, SessionDate } from '@freshet/market';
import type { DataKind, ProviderErrorKind } from '@freshet/contracts';

export interface CallGrant {
  granted: true;
  id: string;
  provider: string;
  cost: number;
  /** So many grants has the lane had, this one included. */
  nth: number;
  /** On this process's monotonic clock: unused after it. */
  endsBy: number;
  /** The only call to a provider that has failed, until its answer is known. */
  probe?: boolean;
}

/** What came of asking a provider for some symbols. */
export interface Answer {
  receivedAt: Date;
  /** Calls that really went out (retries and handshakes included). */
  calls: number;
  quotes: Map<MarketSymbol, Quote>;
  bars: Map<MarketSymbol, Bar[]>;
  earnings: Map<MarketSymbol, EarningsDate>;
  /** By symbol, or by null for all that were asked. */
  errors: Map<MarketSymbol | null, { kind: ProviderErrorKind; retryAfterMs: number | null; detail: string }>;
}

export interface CallRefusal {
  granted: false;
  retryInMs: number;
  because: string;
  /** As which error this counts for a want that can go elsewhere. */
  kind: ProviderErrorKind;
}

/** The door to the providers: quota and calls. */
export interface Asker {
  /** Runs what leads to one call, and the call, when few enough of this process do. While it lands, others are at the provider. */
  attend<T>(lane: string, work: () => Promise<T>): Promise<T>;
  /** For so many ms more nothing is granted to a lane, as this process was just told; 0 when it has to ask. */
  refusedForMs(lane: string): number;
  /** Leave for a call of up to `cost`, content with `atLeast`. Never waits: a refusal says when to ask again. */
  take(lane: string, ask: { cost: number; atLeast: number; rank: number }): Promise<CallGrant | CallRefusal>;
  /** The call isn't made. */
  giveBack(grant: CallGrant): Promise<void>;
  /** Never throws for what a provider does wrong: that is in `errors`. Settles the grant. */
  ask(
    grant: CallGrant,
    ask: {
      data: DataKind;
      symbols: MarketSymbol[];
      from?: SessionDate;
      to?: SessionDate;
      rank: number;
      signal: AbortSignal;
      /** One attempt, and a short one: the provider isn't known to be well, and somebody else has room for all of it; or several have failed for all of it. */
      brief?: boolean;
    },
  ): Promise<Answer>;
  /** Prices in USDT become USD by the stored rate; null when that rate is not stored. While the record is away it goes on trying, as landing does. */
  usdtRates(signal?: AbortSignal): Promise<UsdtRates | null>;
}

/** What a USDT is in USD: by its latest price, and by its close in each session that is stored. */
export interface UsdtRates {
  now: DecimalText;
  bySession: ReadonlyMap<SessionDate, DecimalText>;
}
