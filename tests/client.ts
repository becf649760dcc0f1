import { setTimeout as sleep } from 'node:timers/promises';
import { type MissedTicks, type ScheduleSpec, ticksDue } from '@freshet/calendar';
import { createPool, readSchedules } from '@freshet/store';
import type { System } from './system.ts';

export interface Ended {
  status: string;
  refresh_id: string;
  provider_calls: Record<string, number>;
  items_updated: { prices: number; portfolios: number; metrics: number };
  items: { total: number; done: number; failed: number };
  duration_ms: number;
  failures: object[];
}

/** Sends a request with the admin's key and returns the body (`{}` if empty). Throws unless the status is a success. */
export async function askAsAdmin(
  system: System,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Record<string, string> & { data: Record<string, string>[] }> {
  const response = await fetch(`${system.api}${path}`, {
    method,
    headers: { authorization: `Bearer ${system.keys.admin}`, 'content-type': 'application/json', ...headers },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return JSON.parse(text || '{}');
}

/** POSTs a refresh with the system's key; the 202's body. */
export async function postRefresh(
  system: System,
  path: string,
  body: object,
  { key = system.keys.system, headers = {} }: { key?: string; headers?: Record<string, string> } = {},
): Promise<{ refresh_id: string }> {
  const response = await fetch(`${system.api}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (response.status !== 202) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as { refresh_id: string };
}

/** Asks for new prices of these symbols, whatever is stored. */
export const refreshPrices = (system: System, symbols: string[]): Promise<{ refresh_id: string }> =>
  postRefresh(system, '/api/v1/manual/refresh/prices', { symbols, max_age_s: 0 });

/** Null while the API can't say. */
async function look(system: System, id: string): Promise<Ended | null> {
  const headers = { authorization: `Bearer ${system.keys.system}` };
  const response = await fetch(`${system.api}/api/v1/refreshes/${id}`, { headers }).catch(() => null);
  return response?.status === 200 ? ((await response.json()) as Ended) : null;
}

/** The final view, from a single request that waits for the end (at most a minute). */
export async function waitForEnd(system: System, id: string): Promise<Ended> {
  const headers = { authorization: `Bearer ${system.keys.system}`, prefer: 'wait=60' };
  const response = await fetch(`${system.api}/api/v1/refreshes/${id}`, { headers });
  if (response.status !== 200) throw new Error(`${id} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Ended;
}

/** Polls every `everyMs`, from one question to the next, until the end. */
export async function untilEnd(system: System, id: string, { everyMs = 5, withinMs = 120_000 } = {}): Promise<Ended> {
  const until = performance.now() + withinMs;
  for (;;) {
    const next = performance.now() + everyMs;
    const view = await look(system, id);
    if (view && !['queued', 'in_progress'].includes(view.status)) return view;
    if (performance.now() > until) throw new Error(`${id} is still ${JSON.stringify(view)}`);
    await sleep(Math.max(0, next - performance.now()));
  }
}

/** Stops the schedules and waits until the refreshes they started have ended, which would otherwise be counted with the test's own. */
export async function stopSchedules(system: System): Promise<void> {
  await askAsAdmin(system, 'POST', '/api/v1/scheduler/stop');
  await untilTicked(system);
  for (const status of ['queued', 'in_progress']) {
    const { data } = await askAsAdmin(system, 'GET', `/api/v1/refreshes?status=${status}`);
    for (const { refresh_id } of data) await untilEnd(system, refresh_id ?? '', { everyMs: 50 });
  }
}

/** A tick that was due when the schedules stopped may still be on its way, or may have been dropped. */
const ON_ITS_WAY_MS = 10_000;

/** Waits until every tick that is due is recorded, and with it its refresh. */
async function untilTicked(system: System): Promise<void> {
  const pool = createPool({ url: system.databaseUrl, max: 1 });
  const until = performance.now() + ON_ITS_WAY_MS;
  const isDue = async () => {
    const { rows } = await pool.query<{ now: Date }>('select clock_timestamp() as now');
    const now = rows[0]?.now ?? new Date();
    return (await readSchedules(pool)).some(
      ({ enabled, spec, missed, dueSince }) =>
        enabled && ticksDue(spec as ScheduleSpec, dueSince, now, missed as MissedTicks).length > 0,
    );
  };
  try {
    while ((await isDue()) && performance.now() < until) await sleep(100);
  } finally {
    await pool.end();
  }
}
