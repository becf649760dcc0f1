import { ask } from '../api/ask.ts';
import { RefreshButton } from '../components/refresh-button.tsx';
import { RefreshState } from '../components/refresh-state.tsx';
import { StrategyCard } from '../components/strategy-card.tsx';
import { Trouble, unread } from '../components/trouble.tsx';
import { isAdmin } from '../state/session.ts';
import { useRead } from '../state/use-read.ts';
import { useTitle } from '../state/use-title.ts';

/** Strategies: the index that each keeps, what it would hold, and what it would trade for that. */
export function StrategiesPage() {
  useTitle('Strategies');
  const read = useRead('GET /api/v1/strategies', {}, { whole: true });
  const strategies = read.data.value?.data ?? null;
  return (
    <>
      <div class="page-head">
        <div class="grow">
          <h1>Strategies</h1>
        </div>
        {isAdmin.value && (
          <div class="actions">
            <RefreshButton
              scope="strategies"
              after={read.again}
              start={() => ask('POST /api/v1/manual/refresh/strategy', { body: {} })}
            >
              Run again
            </RefreshButton>
          </div>
        )}
      </div>
      <RefreshState scope="strategies" />
      <Trouble text={read.trouble.value} again={read.again} />
      {strategies === null || strategies.length === 0 ? (
        <p class="empty">{strategies === null ? unread(read) : 'There is no strategy yet.'}</p>
      ) : (
        strategies.map((strategy) => <StrategyCard key={strategy.strategy_id} strategy={strategy} />)
      )}
    </>
  );
}
