import { useEffect } from 'preact/hooks';
import { ask } from '../api/ask.ts';
import { ComparisonCard } from '../components/comparison-card.tsx';
import { GrowthCard } from '../components/growth-card.tsx';
import { HoldingsCard } from '../components/holdings-card.tsx';
import { MetricsCard } from '../components/metrics-card.tsx';
import { PortfolioHead } from '../components/portfolio-head.tsx';
import { RefreshButton } from '../components/refresh-button.tsx';
import { RefreshState } from '../components/refresh-state.tsx';
import { Trouble, unread, UnreadPage } from '../components/trouble.tsx';
import { auto } from '../state/auto-refresh.ts';
import { askLatest } from '../state/many-symbols.ts';
import { OPEN_EVERY_MS } from '../state/market-hours.ts';
import { useOwners } from '../state/owners.ts';
import { holdQuotes } from '../state/quotes.ts';
import { session } from '../state/session.ts';
import { watchSymbols } from '../state/stream.ts';
import { useRead } from '../state/use-read.ts';
import { useTitle } from '../state/use-title.ts';

/** A portfolio: what it is worth and why, how it grew beside its benchmark, and what it holds against what it should. */
export function PortfolioPage({ portfolio }: { portfolio: string }) {
  const path = { portfolio_id: portfolio };
  const refreshed = { everyMs: auto.value ? OPEN_EVERY_MS : undefined, on: ['portfolio_update'] as const };
  const detail = useRead('GET /api/v1/portfolios/{portfolio_id}', { path }, refreshed);
  const holdings = useRead('GET /api/v1/portfolios/{portfolio_id}/holdings', { path }, { ...refreshed, whole: true });

  const symbols = (holdings.data.value?.data ?? []).map(({ symbol }) => symbol).join(',');
  const prices = useRead(
    symbols === '' ? null : 'GET /api/v1/market-data/latest',
    { query: { symbols } },
    {
      everyMs: refreshed.everyMs,
      read: (given) => askLatest(given),
      onData: ({ quotes }) => holdQuotes(quotes),
    },
  );
  useEffect(() => watchSymbols(symbols === '' ? [] : symbols.split(',')), [symbols]);

  const shown = detail.data.value;
  useTitle(shown?.name ?? 'Portfolio');
  const owners = useOwners();
  if (shown === null) return <UnreadPage title="Portfolio" read={detail} />;
  const scope = `portfolio ${portfolio}`;
  const again = () => {
    detail.again();
    holdings.again();
    prices.again();
  };
  const mayChange = session.value?.role === 'admin' || session.value?.user_id === shown.user_id;
  return (
    <>
      <PortfolioHead
        portfolio={shown}
        owner={shown.user_id === session.value?.user_id ? undefined : owners.get(shown.user_id)}
      >
        <RefreshButton
          scope={scope}
          after={again}
          start={() =>
            ask('POST /api/v1/manual/refresh/portfolio/{user_id}', { path: { user_id: shown.user_id }, body: {} })
          }
        />
      </PortfolioHead>
      <RefreshState scope={scope} />
      <Trouble text={detail.trouble.value ?? holdings.trouble.value ?? prices.trouble.value} again={again} />
      <GrowthCard portfolio={shown} />
      <HoldingsCard
        portfolio={shown}
        holdings={holdings.data.value?.data ?? null}
        mayChange={mayChange}
        unread={unread(holdings)}
        again={again}
      />
      {shown.benchmark_comparison && (
        <ComparisonCard benchmark={shown.benchmark_comparison.benchmark} values={shown.benchmark_comparison.values} />
      )}
      <MetricsCard metrics={shown.metrics} />
    </>
  );
}
