import { directionOf, formatChange, formatPercent, UNKNOWN } from '../format/numbers.ts';

/** A change with its percentage, its direction in sign and colour. */
export function Change({ change, percent, price }: { change: number | null; percent: number | null; price: number }) {
  if (change === null) return <span class="muted">{UNKNOWN}</span>;
  return (
    <span class={directionOf(change)}>
      {formatChange(change, price)} <span class="small">({formatPercent(percent)})</span>
    </span>
  );
}
