import { useEffect } from 'preact/hooks';
import { notify } from '../state/notices.ts';
import { onEvent } from '../state/stream.ts';
import { useRead } from '../state/use-read.ts';

const EVERY_MS = 60_000;

/** How many alerts are open, beside the page that lists them; a new one is told at once, wherever the reader is. */
export function AlertCount() {
  const open = useRead(
    'GET /api/v1/alerts',
    { query: { open: 'true', limit: 100 } },
    { everyMs: EVERY_MS, on: ['alert'] },
  );
  useEffect(
    () =>
      onEvent('alert', ({ name, detail, resolved_at }) => {
        const text = String(detail ?? name ?? 'An alert');
        if (resolved_at) notify(`Resolved: ${text}`, 'good');
        else notify(text, 'bad');
      }),
    [],
  );
  const count = open.data.value?.data.length ?? 0;
  if (count === 0) return null;
  return (
    <span class="pill critical alert-count">
      {count}
      <span class="spoken"> open alerts</span>
    </span>
  );
}
