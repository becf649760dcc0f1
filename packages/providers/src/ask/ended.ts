import type { Reading } from '../provider.ts';
import { refusal } from '../reading.ts';

/** No further call is made for this question: this is what it came to. */
export class Ended extends Error {
  readonly reading: Reading;

  constructor(reading: Reading) {
    super(reading.errors[0]?.detail ?? 'ended');
    this.name = 'Ended';
    this.reading = reading;
  }
}

/** Nothing was asked, and nothing is wrong with the provider: to be asked again, at no cost. */
export function notAsked(detail: string, retryAfterMs: number): Ended {
  return new Ended(refusal('rate_limited', detail, { retryAfterMs }));
}
