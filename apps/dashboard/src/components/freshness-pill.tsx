import type { Aged } from '../format/freshness.ts';
import { ageNow, FRESHNESS_SAYS, freshnessNow } from '../format/freshness.ts';
import { formatAge } from '../format/times.ts';
import { now } from '../state/clock.ts';

/** How old a price is, in a word, a colour and the age itself, which goes on every second. */
export function FreshnessPill({ quote }: { quote: Aged }) {
  const freshness = freshnessNow(quote, now.value);
  return (
    <span class={`pill ${freshness}`} title={FRESHNESS_SAYS[freshness]} data-freshness={freshness}>
      {freshness} · {formatAge(ageNow(quote, now.value))}
    </span>
  );
}
