import type { PortfolioValuation } from '@freshet/contracts';
import type { HoldingView } from '@freshet/contracts/api';
import {
  directionOf,
  formatDrift,
  formatMoney,
  formatMoneyChange,
  formatQuantity,
  formatShare,
  UNKNOWN,
} from '../format/numbers.ts';
import { widthOf } from '../format/weights.ts';
import { quoteOf } from '../state/quotes.ts';
import { symbolHref } from '../state/route.ts';
import { FreshnessPill } from './freshness-pill.tsx';
import { Price } from './price.tsx';
import { Suspect } from './suspect.tsx';
import './holding-row.css';

interface HoldingRowProps {
  holding: HoldingView;
  valued: PortfolioValuation['holdings'][number] | undefined;
  currency: string;
  /** The share that a whole bar stands for. */
  whole: number;
  edit?: () => void;
}

/** One holding: its price moves by itself, its value is that of the last valuation. */
export function HoldingRow({ holding, valued, currency, whole, edit }: HoldingRowProps) {
  const quote = quoteOf(holding.symbol).value;
  const { target_weight: target } = holding;
  return (
    <tr data-symbol={holding.symbol}>
      <td>
        <a class="symbol" href={symbolHref(holding.symbol)}>
          {holding.symbol}
        </a>
      </td>
      <td class="number" data-label="Quantity">
        {formatQuantity(holding.quantity)}
      </td>
      <td class="number nowrap" data-label="Price">
        {quote ? <Price price={quote.price} /> : UNKNOWN} <span class="muted small">{quote?.currency}</span>{' '}
        {quote && <Suspect quote={quote} />}
      </td>
      <td>{quote && <FreshnessPill quote={quote} />}</td>
      <td class="number nowrap" data-label="Value" title={valued?.reason?.replaceAll('_', ' ')}>
        {formatMoney(valued?.value, currency)}
      </td>
      <td class={`number nowrap ${directionOf(valued?.profit_loss)}`} data-label="Profit or loss">
        {formatMoneyChange(valued?.profit_loss, currency)}
      </td>
      <td class="wide">
        <Weight weight={valued?.weight ?? null} target={target} whole={whole} />
      </td>
      <td class="number" data-label="Drift">
        {formatDrift(valued?.drift)}
      </td>
      {edit && (
        <td class="number">
          <button type="button" class="button small" aria-label={`Edit ${holding.symbol}`} onClick={edit}>
            Edit
          </button>
        </td>
      )}
    </tr>
  );
}

/** The weight as a bar, the target as a mark on it, both in words. */
function Weight({ weight, target, whole }: { weight: number | null; target: number | null; whole: number }) {
  const scale = (share: number) => widthOf(share, whole);
  return (
    <div class="captioned">
      <span class="small nowrap">
        {formatShare(weight)}
        <span class="muted">{target === null ? ', no target' : ` of ${formatShare(target, 0)}`}</span>
      </span>
      <div class="weight-bar" aria-hidden="true">
        <div style={{ width: scale(weight ?? 0) }} />
        {target !== null && <i style={{ left: scale(target) }} />}
      </div>
    </div>
  );
}
