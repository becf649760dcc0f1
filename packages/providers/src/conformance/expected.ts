import type { EarningsDate, MarketSymbol, SessionDate } from '@freshet/market';
import type { ProviderErrorKind } from '@freshet/contracts';

/**
 * What a provider's adapter must make of one answer. It says WHERE in the body each value stands, so that the suite can
 * fetch it by a walk of its own and compare: the adapter's code is never its own witness. A list that isn't given must
 * be empty in the reading, a field that isn't given must be null.
 *
 * Each provider's folder has `recordings.expected.ts` with `export const recordings: RecordingsExpected`, and
 * `samples.ts` with `export const samples: Sample[]`: a few tiny answers written by hand.
 */
export interface ExpectedReading {
  /** A function of the parsed body where a list of them would be long. */
  quotes?: ExpectedQuote[] | ((body: unknown) => ExpectedQuote[]);
  bars?: ExpectedBars[];
  /** Given as values: a date is derived, not copied. */
  earnings?: EarningsDate[];
  errors?: { symbol: MarketSymbol | null; kind: ProviderErrorKind; retryAfterMs?: number | null }[];
  /** True for an answer of an endpoint that the adapter doesn't use. */
  other?: boolean;
}

/** A walk into the parsed body, from its root: `['quoteResponse', 'result', 0, 'bid']`. A CSV body is a list of rows keyed by header. */
export type Path = readonly (string | number)[];

/** In a path of `columns`: the index of the row. */
export const ROW = '#row';

/** A place in the body; or a text that must stand in it as it is (HTML), and the value when the text isn't plain (`1.5M`). */
export type Where = Path | { text: string; value?: string };

/** How a moment is written. `local`: `2024-01-31 09:30:00` (or a date) in `zone`. `received`: the provider gives no time. */
export type When =
  | { at: Path; as: 's' | 'ms' | 'us' | 'ns' | 'iso' }
  | { at: Path; as: 'local'; zone: string }
  | { iso: string }
  | 'received';

export interface ExpectedQuote {
  symbol: MarketSymbol;
  currency: string;
  price: Where;
  open?: Where;
  high?: Where;
  low?: Where;
  previousClose?: Where;
  volume?: Where;
  marketCap?: Where;
  time: When;
  /** The session, where the provider tells its date and no time of day. */
  session?: SessionDate;
  /** 0 unless given. */
  delayS?: number;
  /** What prices are multiplied by: `0.01` for pence. */
  factor?: string;
  /** What the market capitalisation is multiplied by: Finviz writes millions. */
  marketCapFactor?: string;
}

export interface ExpectedBars {
  symbol: MarketSymbol;
  /** Null when the answer doesn't tell. */
  currency?: string | null;
  /** The list of rows, or the object keyed by date; with `columns` the list of times; `[]` is the body itself. */
  rows: Path;
  /**
   * Where a row's session stands: within the row (`key`: the row's key in its object), and how it is written. `endsAt`:
   * the moment written is the session's end.
   */
  session:
    | { at: Path | 'key'; as: 's' | 'ms'; zone: string; endsAt?: true }
    | { at: Path | 'key'; as: 'date' }
    | { date: SessionDate };
  /**
   * True: the paths below lead from the body's root to lists that run beside `rows`, and the row's index follows, or
   * stands where the path says `ROW`. Else they lead from the row.
   */
  columns?: boolean;
  /** True: what stands at `rows` is one row itself. */
  single?: true;
  open?: Path;
  high?: Path;
  low?: Path;
  close: Path;
  volume?: Path;
  adjustedClose?: Path;
  /**
   * Rows of one session make one bar: the first open, the highest high, the lowest low, the last close. Of the first
   * session, which the answer seldom holds whole, only the close counts.
   */
  together?: true;
  /** Rows that must not become a bar (null rows, a point at now), by index (from 0) in the order of the body. */
  without?: number[];
  splits?: Record<SessionDate, string>;
  dividends?: Record<SessionDate, string>;
  factor?: string;
}

export interface RecordingsExpected {
  /** The folder's name in the recordings. */
  folder: string;
  /** By file name without its folder. Every recording of the folder needs a line; empty where nobody has recorded any. */
  expected: Record<string, ExpectedReading>;
}

/** A tiny answer of the project's own. `receivedAt` matters where the provider gives no time. */
export interface Sample {
  name: string;
  url: string;
  status?: number;
  headers?: Record<string, string>;
  body: string;
  receivedAt?: string;
  expected: ExpectedReading;
}
