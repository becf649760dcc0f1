import { signal } from '@preact/signals';

/** The server's time in milliseconds, each second: what ages are told by. The reader's own clock may be wrong. */
export const now = signal(Date.now());

let offsetMs: number | null = null;

/** Learns the server's time from the Date header of an answer. It is in whole seconds, so smaller differences don't count. */
export function learnServerTime(date: string | null): void {
  const served = date === null ? Number.NaN : Date.parse(date) + 500;
  if (Number.isNaN(served)) return;
  const measured = served - Date.now();
  const held = offsetMs ?? 0;
  if (Math.abs(measured - held) > 1_500) offsetMs = measured;
  else offsetMs ??= 0;
}

export function serverNow(): number {
  return Date.now() + (offsetMs ?? 0);
}

export function startClock(): void {
  setInterval(() => {
    now.value = serverNow();
  }, 1_000);
}
