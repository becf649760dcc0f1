import type { RefreshResult, RefreshView } from '@freshet/contracts';
import { STEPS } from '@freshet/contracts/vocabulary';

/** `behind`: reached. `skipped`: there was nothing to do in it. `ended`: the last that was reached, before it was cut off. */
export type StepState = 'behind' | 'at' | 'ahead' | 'skipped' | 'ended';

/** The steps of a refresh in their order, and how far it came; only what was reached counts as done. */
export function stepsOf(view: RefreshView): { step: string; state: StepState }[] {
  const steps = Object.entries(STEPS);
  if (!('items_updated' in view)) {
    const at = steps.findIndex(([, says]) => says === view.current_step);
    return steps.map(([, says], index) => ({
      step: says,
      state: index < at ? 'behind' : index === at ? 'at' : 'ahead',
    }));
  }
  const proofs = proofsOf(view);
  const proven = steps.map(([name]) => proofs[name]);
  const last = proven.lastIndexOf(true);
  const endedWell = view.status === 'success' || view.status === 'partial';
  return steps.map(([, says], index) => {
    // A step that leaves no trace of its own was reached when a later one was.
    const reached = proven[index] ?? (index < last || endedWell);
    if (index === last && !endedWell) return { step: says, state: 'ended' };
    if (reached) return { step: says, state: 'behind' };
    return { step: says, state: index < last || endedWell ? 'skipped' : 'ahead' };
  });
}

/** The API doesn't tell in which step a refresh ended: what it did shows which it had reached. */
function proofsOf({ status, items, items_updated, provider_calls }: RefreshResult): {
  [step: string]: boolean | undefined;
} {
  const { prices, portfolios, metrics } = items_updated;
  return {
    queued: true,
    fetching: prices > 0 || items.failed > 0 || Object.keys(provider_calls).length > 0,
    calculating: portfolios > 0 || metrics > 0,
    ended: status === 'success' || status === 'partial',
  };
}
