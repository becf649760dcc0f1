import type { RefreshView } from '@freshet/contracts';
import { isFinal, STEPS } from '@freshet/contracts/vocabulary';

const ORDER = Object.values(STEPS);

/** The steps of a refresh: those behind it, the one that it is at, those ahead. */
export function RefreshSteps({ view }: { view: RefreshView }) {
  const at = ORDER.indexOf(view.current_step as (typeof ORDER)[number]);
  const ended = isFinal(view.status);
  return (
    <ol class="steps" aria-label="Steps">
      {ORDER.map((step, index) => {
        const state = index < at || ended ? 'behind' : index === at ? 'at' : 'ahead';
        return (
          <li key={step} class={state} aria-current={state === 'at' ? 'step' : undefined}>
            <span aria-hidden="true">{state === 'behind' ? '✓' : state === 'at' ? '›' : '·'}</span> {step}
          </li>
        );
      })}
    </ol>
  );
}
