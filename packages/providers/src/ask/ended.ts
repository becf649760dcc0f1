import type { Reading } from '../provider.ts';
import { refusal } from '../wire/reading.ts';

/** Thrown to end a question without further calls. `reading` is its result. */
export class Ended extends Error {
  readonly reading: Reading;

  constructor(reading: Reading) {
    super(reading.errors[0]?.detail ?? 'ended');
    this.name = 'Ended';
    this.reading = reading;
  }
}

/**
 * Ends a question that was never sent. It costs nothing, doesn't count against the provider, and may be asked again.
 */
export function notAsked(detail: string, retryAfterMs: number): Ended {
  return new Ended(refusal('rate_limited', detail, { retryAfterMs }));
}
