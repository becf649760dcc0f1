/** Milliseconds since 1970 with their fraction; never goes back. Arrivals are dated by it. */
export function preciseNowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** The market's time: the wall clock, or one that starts elsewhere or runs faster. Limits never use it. */
export class MarketClock {
  #startMs: number;
  #from: number;
  #rate: number;

  constructor(options: { now?: Date; rate?: number } = {}) {
    this.#from = preciseNowMs();
    this.#startMs = options.now?.getTime() ?? this.#from;
    this.#rate = options.rate ?? 1;
  }

  now(): Date {
    return new Date(this.#startMs + (preciseNowMs() - this.#from) * this.#rate);
  }
}
