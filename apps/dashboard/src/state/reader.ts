/** Where a reader puts what it reads. */
export interface ReaderHooks<T> {
  read(): Promise<T>;
  onReading(reading: boolean): void;
  onAnswer(answer: T): void;
  onError(error: unknown): void;
}

export interface Reader {
  /** Reads; what was asked for while a reading was under way is read after it, once. */
  again(): void;
  /** Reads unless a reading is under way: a clock that ticks faster than answers come asks no more than they do. */
  tick(): void;
  stop(): void;
}

/**
 * Asks the same question again and again, one at a time. Were a new one asked while another is under way, and the answer of the
 * older one dropped, then answers that take longer than the time between two questions would never be shown.
 */
export function createReader<T>({ read, onReading, onAnswer, onError }: ReaderHooks<T>): Reader {
  let busy = false;
  let wanted = false;
  let stopped = false;

  const readOn = async () => {
    busy = true;
    onReading(true);
    do {
      wanted = false;
      try {
        const answer = await read();
        if (!stopped) onAnswer(answer);
      } catch (error) {
        if (!stopped) onError(error);
      }
    } while (wanted && !stopped);
    busy = false;
    if (!stopped) onReading(false);
  };

  return {
    again() {
      if (stopped) return;
      if (busy) wanted = true;
      else void readOn();
    },
    tick() {
      if (!stopped && !busy) void readOn();
    },
    stop() {
      stopped = true;
    },
  };
}
