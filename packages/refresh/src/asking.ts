import type { Bar, DecimalText, EarningsDate, MarketSymbol, Quote, SessionDate } from '@freshet/market';
import type { DataKind, ProviderErrorKind } from '@freshet/contracts';

export interface CallGrant {
  granted: true;
  id: string;
  provider: string;
  cost: number;
  /** The number of grants that the lane has had, this one included. */
  nth: number;
  /** When an unused grant ends, on this process's monotonic clock. */
  endsBy: number;
  /** This call probes a provider that has failed: until its answer is known, no other call goes there. */
  probe?: boolean;
}

/** A provider's answer to one call. */
export interface Answer {
  receivedAt: Date;
  /** Calls that went out, retries and handshakes included. */
  calls: number;
  quotes: Map<MarketSymbol, Quote>;
  bars: Map<MarketSymbol, Bar[]>;
  earnings: Map<MarketSymbol, EarningsDate>;
  /** By symbol; null stands for all symbols of the call. */
  errors: Map<MarketSymbol | null, { kind: ProviderErrorKind; retryAfterMs: number | null; detail: string }>;
}

export interface CallRefusal {
  granted: false;
  retryInMs: number;
  because: string;
  /** The error kind that is noted for a want which goes elsewhere because of this. */
  kind: ProviderErrorKind;
}

/** The door to the providers: quota and calls. */
export interface Asker {
  /** Runs one call, from its look to its answer, as soon as this process has a free place at the provider. The place is free again while the answer lands. */
  attend<T>(lane: string, work: () => Promise<T>): Promise<T>;
  /** For how many ms the lane is known to be refused, from this process's last refusal; 0 when it has to ask. */
  refusedForMs(lane: string): number;
  /** Takes a grant of up to `cost`, and of `atLeast` as much. Never waits: a refusal says when to ask again. */
  take(lane: string, ask: { cost: number; atLeast: number; rank: number }): Promise<CallGrant | CallRefusal>;
  /** Returns the grant of a call that isn't made. */
  giveBack(grant: CallGrant): Promise<void>;
  /** Makes the call and settles the grant. A provider's failure doesn't throw: it is in `errors`. */
  ask(
    grant: CallGrant,
    ask: {
      data: DataKind;
      symbols: MarketSymbol[];
      from?: SessionDate;
      to?: SessionDate;
      rank: number;
      signal: AbortSignal;
      /** One short attempt only: the provider isn't known to be well and others have room for all of it, or several have failed for all of it. */
      brief?: boolean;
    },
  ): Promise<Answer>;
  /** The stored rates that turn USDT into USD; null when none is stored. Keeps trying while Postgres is away, as landing does. */
  usdtRates(signal?: AbortSignal): Promise<UsdtRates | null>;
}

/** The price of one USDT in USD: the latest, and the close of each stored session. */
export interface UsdtRates {
  now: DecimalText;
  bySession: ReadonlyMap<SessionDate, DecimalText>;
}
