import type { ScheduleView } from '@freshet/contracts/api';
import { ask, reasonOf } from '../api/ask.ts';
import { specSays } from '../format/schedule.ts';
import { formatRelative } from '../format/times.ts';
import { now } from '../state/clock.ts';
import { notify } from '../state/notices.ts';
import { refreshHref } from '../state/route.ts';
import { isAdmin } from '../state/session.ts';
import { useRead } from '../state/use-read.ts';
import { StatusPill } from './status-pill.tsx';
import { Trouble, Unread } from './trouble.tsx';

const EVERY_MS = 5_000;

/** The schedules with their last and next tick, and the switch of them all. */
export function SchedulesPart() {
  const read = useRead('GET /api/v1/scheduler/status', {}, { everyMs: EVERY_MS });
  const data = read.data.value;
  if (data === null) return <Unread read={read} />;
  const change = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      notify(reasonOf(error), 'bad');
    }
    read.again();
  };
  const running = data.state === 'running';
  return (
    <>
      <Trouble text={read.trouble.value} />
      <section class="card" aria-label="Schedules">
        <div class="card-head">
          <h2>
            Schedules <span class={`pill ${running ? 'success' : 'warning'}`}>{data.state}</span>
          </h2>
          {isAdmin.value && (
            <button
              type="button"
              class="button small"
              onClick={() =>
                void change(() => ask(running ? 'POST /api/v1/scheduler/stop' : 'POST /api/v1/scheduler/start'))
              }
            >
              {running ? 'Stop all' : 'Start all'}
            </button>
          )}
        </div>
        <table class="table stacks">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Does</th>
              <th scope="col">When</th>
              <th scope="col">Last</th>
              <th scope="col">Next</th>
              {isAdmin.value && (
                <th scope="col">
                  <span class="spoken">Change</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {data.schedules.map((schedule) => (
              <ScheduleRow key={schedule.name} schedule={schedule} change={change} />
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

function ScheduleRow({
  schedule,
  change,
}: {
  schedule: ScheduleView;
  change: (work: () => Promise<unknown>) => Promise<void>;
}) {
  const { name, does, spec, enabled, version, notice } = schedule;
  const toggle = () =>
    ask('PUT /api/v1/scheduler/schedules/{name}', { path: { name }, version, body: { enabled: !enabled } });
  return (
    <tr>
      <td>
        <b>{name}</b> {!enabled && <span class="pill">off</span>}
      </td>
      <td class="muted small wide">
        {does}
        {notice && <p class="stale-text">{notice}</p>}
      </td>
      <td data-label="When" title={spec.kind === 'after_close' ? spec.exchanges.join(', ') : undefined}>
        {specSays(spec)}
      </td>
      <td class="nowrap" data-label="Last">
        {formatRelative(schedule.last_tick, now.value)}{' '}
        {schedule.last_outcome &&
          (schedule.last_refresh_id ? (
            <a href={refreshHref(schedule.last_refresh_id)}>
              <StatusPill status={schedule.last_outcome} />
            </a>
          ) : (
            <StatusPill status={schedule.last_outcome} />
          ))}
      </td>
      <td class="nowrap" data-label="Next">
        {enabled ? nextSays(schedule.next_tick, now.value) : '–'}
      </td>
      {isAdmin.value && (
        <td class="number">
          <button type="button" class="button small" onClick={() => void change(toggle)}>
            {enabled ? 'Switch off' : 'Switch on'}
            <span class="spoken"> {name}</span>
          </button>
        </td>
      )}
    </tr>
  );
}

/** A tick fires within moments of its time, which is past by then. */
function nextSays(at: string | null, nowMs: number): string {
  return at !== null && Date.parse(at) < nowMs + 1_000 ? 'now' : formatRelative(at, nowMs);
}
