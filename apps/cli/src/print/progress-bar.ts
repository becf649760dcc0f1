import type { RefreshProgress } from '@freshet/contracts';
import { SingleBar } from 'cli-progress';
import { duration } from './words.ts';

/** How far a refresh is. */
export interface ProgressBar {
  show(view: RefreshProgress): void;
  stop(): void;
}

/** A bar on a terminal; elsewhere a line for each step; nothing on null. */
export function progressBar(stream: NodeJS.WriteStream | null, say: (text: string) => void): ProgressBar {
  if (!stream) return { show: () => {}, stop: () => {} };
  if (!stream.isTTY) {
    let step = '';
    return {
      show({ refresh_id: id, current_step: current, items }) {
        if (step === current) return;
        step = current;
        say(`${id}  ${current}${items.total > 0 ? ` (${items.done} of ${items.total})` : ''}`);
      },
      stop: () => {},
    };
  }
  const bar = new SingleBar({
    format: '{bar} {percentage} %  {step}  {items}  {left}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
    clearOnComplete: true,
    stream,
  });
  bar.start(100, 0, { step: '', items: '', left: '' });
  return {
    show({ progress, current_step: step, items, estimated_completion: completion }) {
      const leftS = completion === null ? 0 : (Date.parse(completion) - Date.now()) / 1_000;
      bar.update(Math.floor(progress * 100), {
        step,
        items: items.total > 0 ? `${items.done}/${items.total}` : '',
        left: leftS >= 1 ? `${duration(leftS)} left` : '',
      });
    },
    stop: () => bar.stop(),
  };
}
