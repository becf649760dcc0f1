import { isFinal, REFRESH_STATUSES, type RefreshStatus } from '@freshet/contracts/vocabulary';
import { useSignal } from '@preact/signals';
import { ask } from '../api/ask.ts';
import { formatDuration } from '../format/times.ts';
import { refreshHref } from '../state/route.ts';
import { isAdmin } from '../state/session.ts';
import { useRead } from '../state/use-read.ts';
import { Bar } from './bar.tsx';
import { RefreshButton } from './refresh-button.tsx';
import { RefreshState } from './refresh-state.tsx';
import { Since } from './since.tsx';
import { StatusPill } from './status-pill.tsx';
import { Trouble, unread } from './trouble.tsx';
import './refreshes-part.css';

const EVERY_MS = 5_000;

/** The latest refreshes of all users and schedules. */
export function RefreshesPart() {
  const status = useSignal<RefreshStatus | ''>('');
  const read = useRead(
    'GET /api/v1/refreshes',
    { query: { limit: 50, ...(status.value === '' ? {} : { status: status.value }) } },
    { everyMs: EVERY_MS, on: ['refresh_progress'] },
  );
  const rows = read.data.value?.data ?? null;
  return (
    <>
      {isAdmin.value && (
        <div class="actions refresh-actions">
          <RefreshButton
            scope="everything"
            after={read.again}
            start={() => ask('POST /api/v1/manual/refresh/all', { body: {} })}
          >
            Refresh everything
          </RefreshButton>
          <RefreshButton
            scope="everything"
            primary={false}
            after={read.again}
            start={() => ask('POST /api/v1/manual/refresh/all', { body: { mode: 'full' } })}
          >
            Full, with history
          </RefreshButton>
        </div>
      )}
      <RefreshState scope="everything" />
      <Trouble text={read.trouble.value} again={read.again} />
      <section class="card" aria-label="Refreshes">
        <div class="card-head">
          <h2>Latest refreshes</h2>
          <label>
            <span class="spoken">Status</span>
            <select
              class="field"
              value={status.value}
              onChange={(event) => {
                status.value = event.currentTarget.value as RefreshStatus | '';
              }}
            >
              <option value="">every status</option>
              {REFRESH_STATUSES.map((each) => (
                <option key={each} value={each}>
                  {each.replaceAll('_', ' ')}
                </option>
              ))}
            </select>
          </label>
        </div>
        {rows === null || rows.length === 0 ? (
          <p class="empty">{rows === null ? unread(read) : 'None.'}</p>
        ) : (
          <table class="table stacks">
            <thead>
              <tr>
                <th scope="col">Kind</th>
                <th scope="col">Status</th>
                <th scope="col">Why</th>
                <th scope="col">Progress</th>
                <th scope="col" class="number">
                  Took
                </th>
                <th scope="col">Accepted</th>
              </tr>
            </thead>
            <tbody>
              {(rows as unknown as readonly Row[]).map((row) => (
                <RefreshRow key={row.refresh_id} row={row} />
              ))}
            </tbody>
          </table>
        )}
      </section>
    </>
  );
}

/** As the API lists it; the type of the list is open, for it carries whole views. */
interface Row {
  refresh_id: string;
  status: RefreshStatus;
  kind: string;
  mode: string;
  source: string;
  progress: number;
  accepted_at: string;
  duration_ms?: number;
  request_reason: string | null;
  items: { total: number; done: number; failed: number };
}

function RefreshRow({ row }: { row: Row }) {
  return (
    <tr>
      <td>
        <a class="symbol" href={refreshHref(row.refresh_id)}>
          {row.kind}
        </a>{' '}
        <span class="muted small">{row.mode}</span>
      </td>
      <td>
        <StatusPill status={row.status} />
      </td>
      <td class="muted small wide">{row.request_reason ?? row.source}</td>
      <td class="wide">
        <div class="captioned">
          <span class="small muted">
            {row.items.done} of {row.items.total}
            {row.items.failed > 0 && `, ${row.items.failed} failed`}
          </span>
          {!isFinal(row.status) && <Bar share={row.progress} label={`Progress of ${row.kind}`} />}
        </div>
      </td>
      <td class="number" data-label="Took">
        {row.duration_ms === undefined ? '–' : formatDuration(row.duration_ms)}
      </td>
      <td class="muted nowrap" data-label="Accepted">
        <Since at={row.accepted_at} />
      </td>
    </tr>
  );
}
