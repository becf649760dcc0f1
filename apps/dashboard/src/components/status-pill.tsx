const SAYS: Record<string, string> = { in_progress: 'in progress', timed_out: 'timed out' };

/** A status in a word and a colour. */
export function StatusPill({ status }: { status: string }) {
  return <span class={`pill ${status}`}>{SAYS[status] ?? status.replaceAll('_', ' ')}</span>;
}
