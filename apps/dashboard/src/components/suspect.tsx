import type { QuoteView } from '@freshet/contracts';

/** Marks a price that no other source confirmed: wherever it stands, it isn't to be taken for a good one. */
export function Suspect({ quote }: { quote: Pick<QuoteView, 'quality'> }) {
  if (quote.quality !== 'suspect') return null;
  return (
    <span class="pill warning" title="It differs from what was expected, and nothing has confirmed it yet">
      suspect
    </span>
  );
}
