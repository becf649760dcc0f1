import type { PortfolioDetail } from '@freshet/contracts/api';
import type { ComponentChildren } from 'preact';
import {
  directionOf,
  formatDrift,
  formatMoney,
  formatMoneyChange,
  formatPercent,
  formatShare,
  UNKNOWN,
} from '../format/numbers.ts';
import { knownCost } from '../format/known-cost.ts';
import { formatMoment, formatRelative } from '../format/times.ts';
import { now } from '../state/clock.ts';
import { nameOf } from '../state/names.ts';
import { Facts } from './facts.tsx';

/** What a portfolio is worth, and how old that figure is. */
export function PortfolioHead({
  portfolio,
  owner,
  children,
}: {
  portfolio: PortfolioDetail;
  /** Named to whoever sees everybody's. */
  owner?: string;
  children: ComponentChildren;
}) {
  const { name, currency, valuation, as_of, outdated } = portfolio;
  return (
    <>
      <div class="page-head">
        <div class="grow">
          <h1>
            {name} <span class="muted">{owner && `of ${owner}`}</span>
          </h1>
          <p>
            <span class="big">{formatMoney(portfolio.value, currency)}</span>{' '}
            {valuation?.day_change && (
              <span class={directionOf(valuation.day_change)}>
                {formatMoneyChange(valuation.day_change, currency)} ({formatPercent(valuation.day_change_percent)})
                today
              </span>
            )}
          </p>
          <p class="muted small" title={formatMoment(as_of, now.value)}>
            {as_of === null ? 'Not valued yet: refresh it' : `Valued ${formatRelative(as_of, now.value)}`}{' '}
            {outdated && <span class="pill stale">changed since, being valued</span>}{' '}
            {valuation && !valuation.complete && <span class="pill warning">not everything has a value</span>}
          </p>
        </div>
        <div class="actions">{children}</div>
      </div>
      {valuation && (
        <section class="card" aria-label="Figures">
          <div class="card-body">
            <Facts
              facts={[
                ['Cost', formatMoney(knownCost(valuation), currency)],
                [
                  'Profit or loss',
                  <span class={directionOf(valuation.profit_loss)}>
                    {formatMoneyChange(valuation.profit_loss, currency)}
                    {valuation.profit_loss_percent !== null && ` (${formatPercent(valuation.profit_loss_percent)})`}
                  </span>,
                ],
                ['Cash', formatMoney(portfolio.cash, currency)],
                ['Drift, in total', formatShare(valuation.drift?.total)],
                [
                  'Largest drift',
                  valuation.drift
                    ? `${valuation.drift.largest.symbol} ${formatDrift(valuation.drift.largest.drift)}`
                    : UNKNOWN,
                ],
                ['Benchmark', nameOf(portfolio.benchmark).value],
              ]}
            />
            {valuation.left_out.length > 0 && (
              <p class="muted small left-out">
                Left out:{' '}
                {valuation.left_out
                  .map(
                    ({ symbol, figure, reason }) =>
                      `${symbol} ${figure.replaceAll('_', ' ')} (${reason.replaceAll('_', ' ')})`,
                  )
                  .join(', ')}
              </p>
            )}
          </div>
        </section>
      )}
    </>
  );
}
