import { directionOf, formatChange, formatPercent, UNKNOWN } from '../format/numbers.ts';

/** A change with its percentage, its direction in sign and colour. */
export function Change({ change, percent }: { change: number | null; percent: number | null }) {
  if (change === null) return <span class="muted">{UNKNOWN}</span>;
  return (
    <span class={directionOf(change)}>
      {formatChange(change)} <span class="small">({formatPercent(percent)})</span>
    </span>
  );
}
