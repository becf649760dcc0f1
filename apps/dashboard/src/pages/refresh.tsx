import { useSignal } from '@preact/signals';
import { ask, reasonOf } from '../api/ask.ts';
import { Facts } from '../components/facts.tsx';
import { Bar } from '../components/bar.tsx';
import { RefreshItems } from '../components/refresh-items.tsx';
import { RefreshSteps } from '../components/refresh-steps.tsx';
import { StatusPill } from '../components/status-pill.tsx';
import { Trouble, UnreadPage } from '../components/trouble.tsx';
import { summaryOf } from '../format/summary.ts';
import { formatDuration, formatEta, formatMoment } from '../format/times.ts';
import { now } from '../state/clock.ts';
import { notify } from '../state/notices.ts';
import { useRead } from '../state/use-read.ts';
import { useTitle } from '../state/use-title.ts';

const EVERY_MS = 1_000;

/** A refresh from its beginning to its end: its steps, and what became of each symbol and portfolio. */
export function RefreshPage({ refresh }: { refresh: string }) {
  const path = { refresh_id: refresh };
  const open = useSignal(false);
  const read = useRead(
    'GET /api/v1/refreshes/{refresh_id}',
    { path },
    {
      everyMs: open.value ? EVERY_MS : undefined,
      on: ['refresh_progress'],
      onData(told) {
        open.value = 'poll_after_ms' in told;
      },
    },
  );
  const view = read.data.value;
  // A tab in the background says how far it is.
  useTitle(view ? `${view.kind}: ${view.status.replaceAll('_', ' ')}` : 'Refresh');
  if (view === null) return <UnreadPage title="Refresh" read={read} />;
  const cancel = async () => {
    try {
      const { detail } = await ask('DELETE /api/v1/refreshes/{refresh_id}', { path });
      notify(detail);
    } catch (error) {
      notify(reasonOf(error), 'bad');
    }
    read.again();
  };
  return (
    <>
      <div class="page-head">
        <div class="grow">
          <h1>
            Refresh of kind {view.kind} <StatusPill status={view.status} />
          </h1>
          <p class="muted small">
            <code>{view.refresh_id}</code>
          </p>
        </div>
        {open.value && (
          <div class="actions">
            <button type="button" class="button danger" onClick={() => void cancel()}>
              Cancel
            </button>
          </div>
        )}
      </div>
      <Trouble text={read.trouble.value} again={read.again} />
      <section class="card" aria-label="Progress">
        <div class="card-body steps-body">
          <p>
            {/* Read aloud as the step changes: the figures beside it change every second. */}
            <span role="status">{'items_updated' in view ? summaryOf(view) : view.current_step}</span>
            {!('items_updated' in view) &&
              ['', `${Math.round(view.progress * 100)}%`, formatEta(view.estimated_completion, now.value)]
                .filter((part) => part !== null)
                .join(' · ')}
          </p>
          <Bar share={view.progress} label="Progress of the refresh" />
          <RefreshSteps view={view} />
          <Facts
            facts={[
              ['Accepted', formatMoment(view.accepted_at, now.value)],
              ['Mode', view.mode],
              ['Priority', view.priority],
              ['Started by', view.source],
              [
                'Items',
                `${view.items.done} of ${view.items.total}${view.items.failed > 0 ? `, ${view.items.failed} failed` : ''}`,
              ],
              ...('items_updated' in view
                ? ([
                    ['Waited', formatDuration(view.queued_ms)],
                    ['Worked', formatDuration(view.duration_ms)],
                    ['Provider calls', callsSay(view.provider_calls)],
                    ['Next useful refresh', formatMoment(view.next_refresh_at, now.value)],
                  ] as const)
                : []),
            ]}
          />
        </div>
      </section>
      <RefreshItems refresh={refresh} settled={view.items.done} />
    </>
  );
}

function callsSay(calls: Record<string, number>): string {
  const parts = Object.entries(calls).map(([provider, count]) => `${provider} ${count}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}
