/** A clock that runs faster than the machine's, the same in all processes of one machine. */
export interface FastClock {
  /** What it showed at `from`, in ms since 1970. */
  startMs: number;
  /** Of the machine's monotonic clock, in ns: a text, so that JSON carries it. */
  from: string;
  rate: number;
}

export function fastNow({ startMs, from, rate }: FastClock): number {
  return startMs + Math.floor((Number(process.hrtime.bigint() - BigInt(from)) / 1e6) * rate);
}
