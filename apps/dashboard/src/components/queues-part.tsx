import { formatCount } from '../format/numbers.ts';
import { formatDuration } from '../format/times.ts';
import { isStaff } from '../state/session.ts';
import { useRead } from '../state/use-read.ts';
import { FailedJobs } from './failed-jobs.tsx';
import { Trouble, unread } from './trouble.tsx';

const EVERY_MS = 3_000;

/** What stands in every queue, and the jobs that rest after their last attempt. */
export function QueuesPart() {
  const read = useRead('GET /api/v1/queues', {}, { everyMs: EVERY_MS });
  const rows = read.data.value?.data ?? null;
  return (
    <>
      <Trouble text={read.trouble.value} again={read.again} />
      <section class="card" aria-label="Queues">
        <div class="card-head">
          <h2>Queues</h2>
          {isStaff.value && <a href="/admin/queues">Bull Board</a>}
        </div>
        {rows === null ? (
          <p class="empty">{unread(read)}</p>
        ) : (
          <table class="table stacks">
            <thead>
              <tr>
                <th scope="col">Queue</th>
                <th scope="col" class="number">
                  Waiting
                </th>
                <th scope="col" class="number">
                  At work
                </th>
                <th scope="col" class="number">
                  Delayed
                </th>
                <th scope="col" class="number">
                  Failed
                </th>
                <th scope="col" class="number">
                  Longest wait
                </th>
                <th scope="col" class="number">
                  Parked for
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.queue}>
                  <td>
                    <b>{row.queue}</b>
                  </td>
                  <td class="number" data-label="Waiting">
                    {/* What is delayed is counted among the pending, and has a column of its own. */}
                    {formatCount(Math.max(0, row.pending - row.delayed))}
                  </td>
                  <td class="number" data-label="At work">
                    {formatCount(row.processing)}
                  </td>
                  <td class="number" data-label="Delayed">
                    {formatCount(row.delayed)}
                  </td>
                  <td class={`number ${row.failed > 0 ? 'down' : ''}`} data-label="Failed">
                    {formatCount(row.failed)}
                  </td>
                  <td class="number" data-label="Longest wait">
                    {row.oldest_wait_ms === null ? '–' : formatDuration(row.oldest_wait_ms)}
                  </td>
                  <td class="number" data-label="Parked for">
                    {row.parked_ms > 0 ? formatDuration(row.parked_ms) : '–'}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <p class="card-foot">
          Jobs of a fetch queue wait for their provider’s quota, and are empty: some may find nothing left to fetch.
          More workers don’t shorten them.
        </p>
      </section>
      {isStaff.value && <FailedJobs />}
    </>
  );
}
