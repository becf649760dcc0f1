import type { QuoteView } from '@freshet/contracts';
import { formatCompact, formatPrice } from '../format/numbers.ts';
import { formatMoment } from '../format/times.ts';
import { now } from '../state/clock.ts';
import { Facts } from './facts.tsx';

/** The figures of a quote. */
export function QuoteFacts({ quote }: { quote: QuoteView }) {
  return (
    <section class="card" aria-label="Quote">
      <div class="card-body">
        <Facts
          facts={[
            ['Open', formatPrice(quote.open)],
            ['High', formatPrice(quote.high)],
            ['Low', formatPrice(quote.low)],
            ['Previous close', formatPrice(quote.previous_close)],
            ['Volume', formatCompact(quote.volume)],
            ['Market cap', formatCompact(quote.market_cap)],
            ['Price time', formatMoment(quote.quote_time, now.value)],
            ['Fetched', formatMoment(quote.fetched_at, now.value)],
            ['Source', quote.delay_s > 0 ? `${quote.source}, ${quote.delay_s} s late` : quote.source],
          ]}
        />
        {quote.stale_served && <p class="trouble">An older price is shown: {quote.stale_reason}</p>}
      </div>
    </section>
  );
}
