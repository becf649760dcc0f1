import type { HoldingView, PortfolioDetail } from '@freshet/contracts/api';
import { useSignal } from '@preact/signals';
import { conflictOf, type Draft, draftOf, draftTrouble, removeHolding, saveHolding } from '../state/holding-changes.ts';
import { useSending } from '../state/use-sending.ts';
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
  const { busy, trouble, keyOf, send } = useSending();
  /** `mine` is what was about to be saved; null: it was about to be removed. */
  const conflict = useSignal<{ mine: Draft | null; theirs: HoldingView } | null>(null);

  const attempt = (work: () => Promise<unknown>, mine: Draft | null) =>
    send(
      async () => {
        await work();
        close(true);
      },
      (error) => {
        const theirs = conflictOf(error);
        if (theirs) conflict.value = { mine, theirs };
        return theirs !== null;
      },
    );
  const save = (draft: Draft, over: HoldingView | null) =>
    attempt(() => saveHolding(portfolio.portfolio_id, draft, over, keyOf), draft);
  const remove = (version: HoldingView) => attempt(() => removeHolding(version), null);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const draft = draftOf(new FormData(event.currentTarget as HTMLFormElement), holding?.symbol);
    trouble.value = draftTrouble(draft);
    if (trouble.value === null) void save(draft, holding);
  };
  const title = holding ? `Edit ${holding.symbol}` : 'Add a holding';
  const says = trouble.value && (
    <p class="down" role="alert">
      {trouble.value}
    </p>
  );

  if (conflict.value) {
    const { mine, theirs } = conflict.value;
    return (
      <Dialog title={`${theirs.symbol} was changed meanwhile`} close={() => close(true)}>
        <ConflictChoice
          mine={mine}
          theirs={theirs}
          busy={busy.value}
          keepTheirs={() => close(true)}
          insist={() => void (mine === null ? remove(theirs) : save(mine, theirs))}
        >
          {says}
        </ConflictChoice>
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
        {says}
        <div class="actions">
          <button type="submit" class="button primary" aria-disabled={busy.value}>
            {busy.value ? 'Sending' : 'Save'}
          </button>
          {holding && (
            <button type="button" class="button danger" aria-disabled={busy.value} onClick={() => void remove(holding)}>
              Remove
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
