import { AlertsPart } from '../components/alerts-part.tsx';
import { FreshnessPart } from '../components/freshness-part.tsx';
import { ProvidersPart } from '../components/providers-part.tsx';
import { QueuesPart } from '../components/queues-part.tsx';
import { RefreshesPart } from '../components/refreshes-part.tsx';
import { SchedulesPart } from '../components/schedules-part.tsx';
import { useTitle } from '../state/use-title.ts';

const PARTS = {
  providers: { title: 'Providers', Part: ProvidersPart },
  freshness: { title: 'Freshness map', Part: FreshnessPart },
  refreshes: { title: 'Refreshes', Part: RefreshesPart },
  schedules: { title: 'Schedules', Part: SchedulesPart },
  queues: { title: 'Queues', Part: QueuesPart },
  alerts: { title: 'Anomalies and alerts', Part: AlertsPart },
} as const;

/** What operators look at. */
export function OperationsPage({ part }: { part: string }) {
  const { title, Part } = Object.hasOwn(PARTS, part) ? PARTS[part as keyof typeof PARTS] : PARTS.providers;
  useTitle(title);
  return (
    <>
      <div class="page-head">
        <h1>Operations</h1>
      </div>
      <nav class="tabs" aria-label="Operations">
        {Object.entries(PARTS).map(([name, each]) => (
          <a key={name} href={`#/operations/${name}`} aria-current={each.Part === Part ? 'true' : undefined}>
            {each.title}
          </a>
        ))}
      </nav>
      <Part />
    </>
  );
}
