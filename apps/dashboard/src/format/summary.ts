import type { RefreshResult } from '@freshet/contracts';
import { formatDuration } from './times.ts';

const ENDED: Record<RefreshResult['status'], string> = {
  success: 'Done',
  partial: 'Done in part',
  failed: 'Failed',
  cancelled: 'Cancelled',
  timed_out: 'Timed out',
};

const SKIPPED: Record<string, string> = {
  fresh: 'fresh already',
  market_closed: 'market closed',
  quota: 'no quota left',
  quarantined: 'in quarantine',
  parked: 'parked',
  no_data: 'no data',
  cancelled: 'cancelled',
};

/** How a refresh ended, in a line: `Done in 0.8 s: 12 prices updated, 1 fresh already`. */
export function summaryOf(result: RefreshResult): string {
  const { prices, portfolios, metrics } = result.items_updated;
  const parts = [
    counted(prices, 'price updated', 'prices updated'),
    counted(portfolios, 'portfolio valued', 'portfolios valued'),
    counted(metrics, 'metric written', 'metrics written'),
    ...Object.entries(result.items_skipped).map(([reason, count]) =>
      count ? `${count} ${SKIPPED[reason] ?? reason}` : null,
    ),
    counted(result.items.failed, 'failed', 'failed'),
  ].filter((part) => part !== null);
  const head = `${ENDED[result.status]} in ${formatDuration(result.duration_ms)}`;
  const endedWell = result.status === 'success' || result.status === 'partial';
  const body = parts.length > 0 ? parts.join(', ') : endedWell ? 'nothing to do' : 'nothing was done';
  const why = failureSays(result.failures) ?? (isSaid(result) ? null : result.reason);
  return `${head}: ${body}${why ? `. ${why}` : ''}`;
}

/** Whether the reason of the end only repeats the counts. */
function isSaid({ status, items_skipped }: RefreshResult): boolean {
  return status === 'success' && Object.keys(items_skipped).length > 0;
}

/** The first failure in full; the others are on the refresh's own page. */
function failureSays([first, ...others]: RefreshResult['failures']): string | null {
  if (first === undefined) return null;
  // The detail is the last provider's, and would sound as if only that one didn't know the symbol.
  const says = first.kind === 'unknown_symbol' ? 'No provider knows it.' : first.detail;
  return `${first.symbol}: ${says}${others.length > 0 ? ` And ${others.length} more.` : ''}`;
}

function counted(count: number, one: string, many: string): string | null {
  if (count === 0) return null;
  return `${count} ${count === 1 ? one : many}`;
}
