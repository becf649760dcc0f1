import type { RefreshView } from '@freshet/contracts';
import { type StepState, stepsOf } from '../format/refresh-steps.ts';
import './refresh-steps.css';

const SIGNS: Record<StepState, string> = { behind: '✓', at: '›', ahead: '·', skipped: '–', ended: '✕' };

/** The steps of a refresh: those behind it, the one that it is at or ended in, those ahead. */
export function RefreshSteps({ view }: { view: RefreshView }) {
  return (
    <ol class="steps" aria-label="Steps">
      {stepsOf(view).map(({ step, state }) => (
        <li key={step} class={state} aria-current={state === 'at' ? 'step' : undefined}>
          <span aria-hidden="true">{SIGNS[state]}</span> {step}
          {state === 'ended' && `: ${view.status.replaceAll('_', ' ')}`}
          {state === 'skipped' && <span class="spoken">, nothing to do</span>}
          {state === 'behind' && <span class="spoken">, done</span>}
        </li>
      ))}
    </ol>
  );
}
