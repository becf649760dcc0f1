import { ask, reasonOf } from '../api/ask.ts';
import { formatMoment } from '../format/times.ts';
import { now } from '../state/clock.ts';
import { notify } from '../state/notices.ts';
import { isAdmin } from '../state/session.ts';
import { useRead } from '../state/use-read.ts';
import { Trouble, unread } from './trouble.tsx';

const EVERY_MS = 10_000;

/** Jobs that rest after their last attempt: why, and a way to try them again. */
export function FailedJobs() {
  const read = useRead('GET /api/v1/failed', { query: { limit: 50 } }, { everyMs: EVERY_MS });
  const rows = read.data.value?.data ?? null;
  const retry = async (id: string | null) => {
    try {
      if (id === null) await ask('POST /api/v1/failed/retry-all');
      else await ask('POST /api/v1/failed/{id}/retry', { path: { id } });
      notify(id === null ? 'All of them are tried again' : 'It is tried again', 'good');
    } catch (error) {
      notify(reasonOf(error), 'bad');
    }
    read.again();
  };
  return (
    <section class="card" aria-label="Failed jobs">
      <div class="card-head">
        <h2>Failed jobs</h2>
        {isAdmin.value && rows !== null && rows.length > 0 && (
          <button type="button" class="button small" onClick={() => void retry(null)}>
            Try all again
          </button>
        )}
      </div>
      <Trouble text={read.trouble.value} again={read.again} />
      {rows === null || rows.length === 0 ? (
        <p class="empty">{rows === null ? unread(read) : 'None.'}</p>
      ) : (
        <ul class="list">
          {rows.map((job) => (
            <li key={job.id}>
              <div class="list-line">
                <b>{job.queue}</b>
                <span class="muted small">
                  {formatMoment(job.failed_at, now.value)}, {job.attempts} attempts
                </span>
                {isAdmin.value && (
                  <button type="button" class="button small" onClick={() => void retry(job.id)}>
                    Try again
                    <span class="spoken"> the job of {job.queue}</span>
                  </button>
                )}
              </div>
              <p class="small">{job.error}</p>
              {job.logs.length > 0 && <p class="muted small">{job.logs.slice(-3).join(' · ')}</p>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
