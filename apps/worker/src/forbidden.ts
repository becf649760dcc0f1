import type { TriedProvider } from '@freshet/contracts';
import { createDayMemory } from './day-memory.ts';

/** Symbols that a provider's key gets nothing for by its plan, as far as this process has met them. */
export interface Forbidden {
  note(lane: string, symbol: string, data: string, detail: string): void;
  /** The lanes that may be asked for it, and those that have refused it, with their words. */
  sort(lanes: string[], symbol: string, data: string): { open: string[]; closed: TriedProvider[] };
}

/**
 * A plan that doesn't include a symbol won't tomorrow morning either: asked at every refresh all the same, a symbol that a schedule
 * refreshes every five minutes takes 288 calls a day in vain, more than some plans have. Left out rather than asked last: where nobody else
 * has it, last is first. Kept by each process for itself, as spoilers are: what it doesn't know costs it one call.
 */
export function createForbidden(now?: () => number): Forbidden {
  const met = createDayMemory<string>(now);
  return {
    note: (lane, symbol, data, detail) => met.note(lane, symbol, data, detail),
    sort(lanes, symbol, data) {
      if (met.isEmpty()) return { open: lanes, closed: [] };
      const closed = lanes.flatMap((provider): TriedProvider[] => {
        const detail = met.recall(provider, symbol, data);
        return detail === undefined ? [] : [{ provider, reason: 'plan_forbids', detail }];
      });
      return { open: lanes.filter((lane) => !closed.some(({ provider }) => provider === lane)), closed };
    },
  };
}
