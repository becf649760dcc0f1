import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ChartSpec } from '../chart/spec.ts';
import { repaint } from '../state/theme.ts';
import './chart.css';

/** A chart, whose library is loaded when the first one is shown. `says` is what it shows, in words. */
export function Chart({ spec, says, tall = false }: { spec: ChartSpec; says: string; tall?: boolean }) {
  const place = useRef<HTMLDivElement>(null);
  const failed = useSignal(false);
  const colours = repaint.value;
  useEffect(() => {
    let remove = () => {};
    let gone = false;
    failed.value = false;
    const show = async () => {
      try {
        const { draw } = await import('../chart/draw.ts');
        if (!gone && place.current) remove = draw(place.current, spec);
      } catch {
        if (!gone) failed.value = true;
      }
    };
    void show();
    return () => {
      gone = true;
      remove();
    };
  }, [spec, colours]);
  return (
    <>
      {failed.value && (
        <p class="trouble" role="alert">
          The chart could not be drawn. Perhaps Freshet was updated since this page was opened.{' '}
          <button type="button" class="button small" onClick={() => location.reload()}>
            Reload the page
          </button>
        </p>
      )}
      <div class={`chart ${tall ? 'tall' : ''}`} role="img" aria-label={says} ref={place} />
    </>
  );
}
