import type { RefreshResult } from '@freshet/contracts';
import { duration } from './words.ts';

const FAILURES_SHOWN = 20;

/** How a refresh ended, as a person wants to know it. */
export function resultText(result: RefreshResult): string {
  const { items_updated: updated, failures, next_refresh_at: next, reason, status } = result;
  const lines = [
    `${result.refresh_id}  ${result.status} in ${(result.duration_ms / 1_000).toFixed(1)} s (waited ${duration(result.queued_ms / 1_000)})`,
    `  updated    ${counts(updated) || 'nothing'}`,
    `  skipped    ${counts(result.items_skipped)}`,
    `  calls      ${counts(result.provider_calls)}`,
    ...failures.slice(0, FAILURES_SHOWN).map(({ symbol, kind, detail, served }) => {
      const instead = served ? `; served ${served.source}, ${duration(served.age_s)} old` : '';
      return `  failed     ${symbol}: ${kind}, ${detail}${instead}`;
    }),
    failures.length > FAILURES_SHOWN ? `  failed     and ${failures.length - FAILURES_SHOWN} more` : '',
    // Of any other end it is said with the exit code.
    reason && status === 'success' ? `  because    ${reason}` : '',
    next ? `  next       ${next}` : '',
  ];
  return `${lines.filter((line) => line.trim().includes(' ') && !/^ {2}\w+ +$/.test(line)).join('\n')}\n`;
}

function counts(record: Readonly<Record<string, number | undefined>>): string {
  return Object.entries(record)
    .filter(([, count]) => count)
    .map(([name, count]) => `${count} ${name.replaceAll('_', ' ')}`)
    .join(', ');
}
