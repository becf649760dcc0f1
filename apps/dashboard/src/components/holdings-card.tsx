import type { HoldingView, PortfolioDetail } from '@freshet/contracts/api';
import { useSignal } from '@preact/signals';
import { wholeOf } from '../format/weights.ts';
import { HoldingDialog } from './holding-dialog.tsx';
import { HoldingRow } from './holding-row.tsx';
import './holdings-card.css';

/** What a portfolio holds: weight against target, drift, profit, and the price that it is worth by. */
export function HoldingsCard({
  portfolio,
  holdings,
  mayChange,
  unread,
  again,
}: {
  portfolio: PortfolioDetail;
  holdings: readonly HoldingView[] | null;
  mayChange: boolean;
  /** What is said while there are none. */
  unread: string;
  again: () => void;
}) {
  const edited = useSignal<HoldingView | 'new' | null>(null);
  const valued = new Map((portfolio.valuation?.holdings ?? []).map((holding) => [holding.symbol, holding]));
  const whole = wholeOf(
    (holdings ?? []).map(({ symbol, target_weight: target }) => ({ target, weight: valued.get(symbol)?.weight })),
  );
  return (
    <section class="card" aria-label="Holdings">
      <div class="card-head">
        <h2>Holdings, allocation and drift</h2>
        {mayChange && (
          <button
            type="button"
            class="button small"
            onClick={() => {
              edited.value = 'new';
            }}
          >
            Add a holding
          </button>
        )}
      </div>
      {holdings === null || holdings.length === 0 ? (
        <p class="empty">{holdings === null ? unread : 'Nothing is held yet.'}</p>
      ) : (
        <div class="scroll">
          <table class="table stacks holdings">
            <thead>
              <tr>
                <th scope="col">Symbol</th>
                <th scope="col" class="number">
                  Quantity
                </th>
                <th scope="col" class="number">
                  Price
                </th>
                <th scope="col">Freshness</th>
                <th scope="col" class="number">
                  Value
                </th>
                <th scope="col" class="number">
                  Profit or loss
                </th>
                <th scope="col">Weight, target</th>
                <th scope="col" class="number">
                  Drift
                </th>
                {mayChange && (
                  <th scope="col">
                    <span class="spoken">Edit</span>
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {holdings.map((holding) => (
                <HoldingRow
                  key={holding.holding_id}
                  holding={holding}
                  valued={valued.get(holding.symbol)}
                  currency={portfolio.currency}
                  whole={whole}
                  edit={
                    mayChange
                      ? () => {
                          edited.value = holding;
                        }
                      : undefined
                  }
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {edited.value !== null && (
        <HoldingDialog
          portfolio={portfolio}
          holding={edited.value === 'new' ? null : edited.value}
          close={(changed) => {
            edited.value = null;
            if (changed) again();
          }}
        />
      )}
    </section>
  );
}
