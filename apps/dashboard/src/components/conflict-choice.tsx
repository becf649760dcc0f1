import type { HoldingView } from '@freshet/contracts/api';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { formatQuantity, formatShare } from '../format/numbers.ts';
import type { Draft } from '../state/holding-changes.ts';
import './conflict-choice.css';

/** Two versions of a holding side by side: what is stored now, and what was about to be saved, or that it was to be removed. */
export function ConflictChoice({
  mine,
  theirs,
  busy,
  insist,
  keepTheirs,
  children,
}: {
  mine: Draft | null;
  theirs: HoldingView;
  busy: boolean;
  insist: () => void;
  keepTheirs: () => void;
  children: ComponentChildren;
}) {
  // What had the focus is gone with the form.
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => keep.current?.focus(), []);
  return (
    <div class="dialog-body">
      <p>
        {mine
          ? 'Somebody changed it while you were editing. Nothing has been overwritten: decide which version holds.'
          : 'Somebody changed it since you read it. It has not been removed: decide whether it is to be.'}
      </p>
      <div class="versions">
        <Version
          title={`Stored now (version ${theirs.version})`}
          quantity={theirs.quantity}
          cost={theirs.cost}
          target={theirs.target_weight}
        />
        {mine && <Version title="Yours" quantity={mine.quantity} cost={mine.cost} target={mine.targetWeight} />}
      </div>
      {children}
      <div class="actions">
        <button type="button" class={`button ${mine ? 'primary' : 'danger'}`} aria-disabled={busy} onClick={insist}>
          {mine ? 'Save mine over it' : `Remove version ${theirs.version} all the same`}
        </button>
        <button type="button" class="button" ref={keep} onClick={keepTheirs}>
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
