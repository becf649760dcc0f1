import type { HoldingView, PortfolioDetail } from '@freshet/contracts/api';
import { useSignal } from '@preact/signals';
import { HoldingDialog } from './holding-dialog.tsx';
import { HoldingRow } from './holding-row.tsx';

/** What a portfolio holds: weight against target, drift, profit, and the price that it is worth by. */
export function HoldingsCard({
  portfolio,
  holdings,
  mayChange,
  again,
}: {
  portfolio: PortfolioDetail;
  holdings: readonly HoldingView[] | null;
  mayChange: boolean;
  again: () => void;
}) {
  const edited = useSignal<HoldingView | 'new' | null>(null);
  const valued = new Map((portfolio.valuation?.holdings ?? []).map((holding) => [holding.symbol, holding]));
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
        <p class="empty">{holdings === null ? 'Reading holdings' : 'Nothing is held yet.'}</p>
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
