import { auto } from '../state/auto-refresh.ts';
import { streamState } from '../state/stream.ts';
import './stream-state.css';

const SAYS = { off: 'Paused', connecting: 'Connecting', live: 'Streaming', waiting: 'Reconnecting' };

/** Whether prices come in by themselves, and the switch for that. */
export function StreamState() {
  const state = auto.value ? streamState.value : 'off';
  return (
    <button
      type="button"
      class="button quiet small stream"
      aria-pressed={auto.value}
      onClick={() => {
        auto.value = !auto.value;
      }}
      title={
        auto.value
          ? 'Prices move as they are fetched, and the page reads itself again: every 30 s while a market is open, every 5 min otherwise. Press to pause.'
          : 'The page stands still. Press to have it keep itself up to date.'
      }
    >
      <span class={`dot ${state}`} aria-hidden="true" />
      <span class="stream-words">{SAYS[state]}</span>
      <span class="spoken">, auto refresh {auto.value ? 'on' : 'off'}</span>
    </button>
  );
}
