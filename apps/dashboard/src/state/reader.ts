/** What a reader calls: to read, and with what it has read. */
export interface ReaderHooks<T> {
  read(): Promise<T>;
  onReading(reading: boolean): void;
  onAnswer(answer: T): void;
  onError(error: unknown): void;
}

export interface Reader {
  /** Reads. While a reading is under way, one more follows it, however often this is called. */
  again(): void;
  /** Reads unless a reading is under way, so that slow answers slow the interval down. */
  tick(): void;
  stop(): void;
}

/**
 * Repeats one request, one at a time. If a new request replaced one that is under way, an answer that takes longer than the
 * interval would never be shown.
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
