import { setTimeout as sleep } from 'node:timers/promises';
import type { System } from '../system.ts';

const SYMBOLS = [
  ...['AAPL', 'MSFT', 'GOOGL', 'AMZN', 'NVDA', 'META', 'TSLA', 'JPM', 'KO', 'XOM', 'SPY', '^GSPC'],
  ...['BTC-USD', 'ETH-USD', 'SOL-USD', 'EURUSD=X', 'NOBODY1', 'NOBODY2'],
];
const CALLERS = 4;
const DEADLINE_S = 300;

export const oneOf = <T>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)] as T;

export interface Demand {
  asked: number;
  /** The ids that were answered with 202. */
  accepted: Set<string>;
}

/** Requests refreshes of all kinds from several callers at once. A caller without an answer asks for something else, because nothing was accepted. */
export async function demand(system: System, untilMs: number): Promise<Demand> {
  const made: Demand = { asked: 0, accepted: new Set() };
  const caller = async () => {
    for (; Date.now() < untilMs; await sleep(Math.random() * 300)) {
      made.asked++;
      const id = await ask(system).catch(() => null);
      if (id) made.accepted.add(id);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return made;
}

async function ask(system: System): Promise<string | null> {
  const { path, body } = wish(system);
  const key = oneOf([system.keys.admin, system.keys.system]);
  const response = await fetch(`${system.api}/api/v1/manual/refresh/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, deadline_s: DEADLINE_S }),
    signal: AbortSignal.timeout(15_000),
  });
  if (response.status !== 202) return null;
  return ((await response.json()) as { refresh_id: string }).refresh_id;
}

/** Mostly a few prices, some of them of unknown symbols. */
function wish({ userId }: System): { path: string; body: object } {
  const path = oneOf(['prices', 'prices', 'prices', 'all', 'benchmark', 'strategy', `portfolio/${userId}`]);
  if (path !== 'prices') return { path, body: { mode: oneOf(['smart', 'incremental', 'full']) } };
  const symbols = [...new Set(Array.from({ length: 1 + Math.floor(Math.random() * 8) }, () => oneOf(SYMBOLS)))];
  return { path, body: { symbols, max_age_s: oneOf([0, 5, 60]) } };
}
