import type { HoldingView, PortfolioDetail } from '@freshet/contracts/api';
import { useSignal } from '@preact/signals';
import { reasonOf } from '../api/ask.ts';
import { conflictOf, type Draft, draftOf, draftTrouble, removeHolding, saveHolding } from '../state/holding-changes.ts';
import { ConflictChoice } from './conflict-choice.tsx';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';

/** Adds or changes a holding. When somebody else changed it meanwhile, both versions are shown, and the reader decides. */
export function HoldingDialog({
  portfolio,
  holding,
  close,
}: {
  portfolio: PortfolioDetail;
  holding: HoldingView | null;
  close: (changed: boolean) => void;
}) {
  const trouble = useSignal<string | null>(null);
  const conflict = useSignal<{ mine: Draft; theirs: HoldingView } | null>(null);

  const attempt = async (work: () => Promise<unknown>, mine: Draft) => {
    try {
      await work();
      close(true);
    } catch (error) {
      const theirs = conflictOf(error);
      if (theirs) conflict.value = { mine, theirs };
      else trouble.value = reasonOf(error);
    }
  };
  const save = (draft: Draft, over: HoldingView | null) =>
    attempt(() => saveHolding(portfolio.portfolio_id, draft, over), draft);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const draft = draftOf(new FormData(event.currentTarget as HTMLFormElement), holding?.symbol);
    trouble.value = draftTrouble(draft);
    if (trouble.value === null) void save(draft, holding);
  };
  const title = holding ? `Edit ${holding.symbol}` : 'Add a holding';

  if (conflict.value) {
    const { mine, theirs } = conflict.value;
    return (
      <Dialog title={`${theirs.symbol} was changed meanwhile`} close={() => close(true)}>
        <ConflictChoice
          mine={mine}
          theirs={theirs}
          keepTheirs={() => close(true)}
          saveMine={() => void save(mine, theirs)}
        />
      </Dialog>
    );
  }
  return (
    <Dialog title={title} close={() => close(false)}>
      <form class="dialog-body" onSubmit={submit}>
        {!holding && <Field name="symbol" label="Symbol" required placeholder="AAPL" />}
        <Field name="quantity" label="Quantity" value={holding?.quantity} required decimal />
        <Field
          name="cost"
          label={`What the position cost, in ${portfolio.currency} (empty: not known)`}
          value={holding?.cost ?? ''}
          decimal
        />
        <Field
          name="target"
          label="Target weight in percent (empty: none)"
          value={holding?.target_weight == null ? '' : String(Math.round(holding.target_weight * 1e6) / 1e4)}
          decimal
        />
        {trouble.value && (
          <p class="down" role="alert">
            {trouble.value}
          </p>
        )}
        <div class="actions">
          <button type="submit" class="button primary">
            Save
          </button>
          {holding && (
            <button
              type="button"
              class="button danger"
              onClick={() => void attempt(() => removeHolding(holding), draftOf(new FormData(), holding.symbol))}
            >
              Remove
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
