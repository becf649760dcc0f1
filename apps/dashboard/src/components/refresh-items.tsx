import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { symbolHref, portfolioHref } from '../state/route.ts';
import { useRead } from '../state/use-read.ts';
import { Trouble, unread } from './trouble.tsx';

const STATES = ['all', 'waiting', 'updated', 'skipped', 'failed'] as const;
const TONES: Record<string, string> = { updated: 'success', waiting: 'queued' };

/** What became of each item of a refresh. `settled` counts those that ended: a new count reads again. */
export function RefreshItems({ refresh, settled }: { refresh: string; settled: number }) {
  const state = useSignal<(typeof STATES)[number]>('all');
  const query = { limit: 200, ...(state.value === 'all' ? {} : { state: state.value }) };
  const items = useRead('GET /api/v1/refreshes/{refresh_id}/items', { path: { refresh_id: refresh }, query });
  const before = useRef(settled);
  useEffect(() => {
    if (before.current !== settled) items.again();
    before.current = settled;
  }, [settled]);
  const page = items.data.value;
  return (
    <section class="card" aria-label="Items">
      <div class="card-head">
        <h2>Items</h2>
        <div class="tabs small" role="group" aria-label="Show">
          {STATES.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === state.value}
              onClick={() => {
                state.value = each;
              }}
            >
              {each}
            </button>
          ))}
        </div>
      </div>
      <Trouble text={items.trouble.value} again={items.again} />
      {page === null || page.data.length === 0 ? (
        <p class="empty">{page === null ? unread(items) : 'None.'}</p>
      ) : (
        <table class="table stacks">
          <thead>
            <tr>
              <th scope="col">Item</th>
              <th scope="col">State</th>
              <th scope="col">Data</th>
              <th scope="col">Source</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {page.data.map((item) => (
              <tr key={`${item.data} ${item.subject}`}>
                <td>
                  <a
                    class="symbol"
                    href={item.subject.startsWith('pf_') ? portfolioHref(item.subject) : symbolHref(item.subject)}
                  >
                    {item.subject}
                  </a>
                </td>
                <td>
                  <span class={`pill ${TONES[item.state] ?? item.state}`}>{item.state}</span>
                </td>
                <td class="muted" data-label="Data">
                  {item.data}
                </td>
                <td class="muted" data-label="Source">
                  {item.source}
                </td>
                <td class="muted small wide">{whySays(item)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {page?.next_cursor && <p class="card-foot">The first {page.data.length} are shown.</p>}
    </section>
  );
}

function whySays({
  reason,
  detail,
  chain,
}: {
  reason: string | null;
  detail: string | null;
  chain: { provider: string; reason: string }[];
}): string {
  const tried = chain.map(({ provider, reason: why }) => `${provider}: ${why.replaceAll('_', ' ')}`).join(', ');
  return [reason?.replaceAll('_', ' '), detail, tried === '' ? null : `tried ${tried}`].filter(Boolean).join(' · ');
}
