import type { AnswerOf } from '@freshet/contracts/api';
import { formatPrice } from '../format/numbers.ts';
import { formatMoment, formatRelative } from '../format/times.ts';
import { now } from '../state/clock.ts';
import { explainSteps, triedSays } from '../format/explain-steps.ts';
import { refreshHref } from '../state/route.ts';
import './explain-card.css';

type Explanation = AnswerOf<'GET /api/v1/market-data/explain/{symbol}'>;

/** Why the price is what it is: the way that it came, step by step. */
export function ExplainCard({ explanation }: { explanation: Explanation }) {
  const { refused, refresh, replaced, freshness_policy: policy } = explanation;
  return (
    <section class="card" aria-label="Why this price">
      <div class="card-head">
        <h2>Why this price</h2>
      </div>
      <ol class="list">
        {explainSteps(explanation).map(({ title, says }) => (
          <li key={title} class="explain-step">
            <b>{title}</b>
            <span>{says}</span>
          </li>
        ))}
        {refused && (
          <li class="explain-step">
            <b>No newer one</b>
            <span>
              {formatMoment(refused.at, now.value)}:{' '}
              {refused.chain.map(triedSays).join('; ') || 'nobody could be asked'}
            </span>
          </li>
        )}
        {replaced && (
          <li class="explain-step">
            <b>Replaced</b>
            <span>
              {formatPrice(replaced.price)} of {formatMoment(replaced.quote_time, now.value)}
            </span>
          </li>
        )}
        {refresh && (
          <li class="explain-step">
            <b>Written by</b>
            <span>
              <a href={refreshHref(refresh.refresh_id)}>{refresh.refresh_id}</a>, kind {refresh.kind}, {refresh.source}
            </span>
          </li>
        )}
        <li class="explain-step">
          <b>Next refresh</b>
          <span>
            {policy.next_refresh_at === null
              ? 'when it is asked for'
              : formatRelative(policy.next_refresh_at, now.value)}{' '}
            ({policy.because.replaceAll('_', ' ')})
          </span>
        </li>
      </ol>
    </section>
  );
}
