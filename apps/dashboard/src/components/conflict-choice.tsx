import type { HoldingView } from '@freshet/contracts/api';
import { formatQuantity, formatShare } from '../format/numbers.ts';
import type { Draft } from '../state/holding-changes.ts';

/** Two versions of a holding side by side: what is stored now, and what was about to be saved. */
export function ConflictChoice({
  mine,
  theirs,
  saveMine,
  keepTheirs,
}: {
  mine: Draft;
  theirs: HoldingView;
  saveMine: () => void;
  keepTheirs: () => void;
}) {
  return (
    <div class="dialog-body">
      <p>Somebody changed it while you were editing. Nothing has been overwritten: decide which version holds.</p>
      <div class="versions">
        <Version
          title={`Stored now (version ${theirs.version})`}
          quantity={theirs.quantity}
          cost={theirs.cost}
          target={theirs.target_weight}
        />
        <Version title="Yours" quantity={mine.quantity} cost={mine.cost} target={mine.targetWeight} />
      </div>
      <div class="actions">
        <button type="button" class="button primary" onClick={saveMine}>
          Save mine over it
        </button>
        <button type="button" class="button" onClick={keepTheirs}>
          Keep what is stored
        </button>
      </div>
    </div>
  );
}

function Version({
  title,
  quantity,
  cost,
  target,
}: {
  title: string;
  quantity: string;
  cost: string | null;
  target: number | null;
}) {
  return (
    <section>
      <h2>{title}</h2>
      <dl>
        <dt class="muted small">Quantity</dt>
        <dd>{formatQuantity(quantity || null)}</dd>
        <dt class="muted small">Cost</dt>
        <dd>{formatQuantity(cost || null)}</dd>
        <dt class="muted small">Target</dt>
        <dd>{target === null ? 'none' : formatShare(target)}</dd>
      </dl>
    </section>
  );
}
