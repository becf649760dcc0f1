import { formatShare } from '../format/numbers.ts';
import { useRead } from '../state/use-read.ts';
import { ProviderCard } from './provider-card.tsx';
import { StatusPill } from './status-pill.tsx';
import { Trouble, Unread } from './trouble.tsx';

const EVERY_MS = 5_000;

/** The providers: how well each is, what is left of its quota, and how long that lasts. */
export function ProvidersPart() {
  const status = useRead('GET /api/v1/market-data/sources/status', {}, { everyMs: EVERY_MS, on: ['provider_status'] });
  const data = status.data.value;
  if (data === null) return <Unread read={status} />;
  const { overall, sources } = data;
  const enabled = sources.filter((source) => source.enabled);
  const off = sources.filter((source) => !source.enabled);
  return (
    <>
      <Trouble text={status.trouble.value} />
      <p>
        <StatusPill status={overall.health} /> {overall.detail}{' '}
        <span class="muted">
          {overall.healthy} of {overall.enabled} well
          {enabled.length > 0 &&
            `, ${formatShare(meanOf(enabled.map(({ reliability }) => reliability ?? 1)))} of calls good`}
        </span>
      </p>
      <div class="columns">
        {enabled.map((source) => (
          <ProviderCard key={source.provider} source={source} />
        ))}
      </div>
      {off.length > 0 && (
        <section class="card" aria-label="Off">
          <div class="card-head">
            <h2>Off</h2>
          </div>
          <ul class="list">
            {off.map(({ provider, title, retired, because, notice }) => (
              <li key={provider} class="list-line">
                <span>
                  <b>{title}</b> {retired && <span class="pill">retired</span>}
                </span>
                <span class="muted">{because ?? notice ?? 'not enabled'}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
