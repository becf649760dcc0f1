import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { reasonOf } from '../api/ask.ts';
import type { ChartSpec } from '../chart/spec.ts';
import { repaint } from '../state/theme.ts';
import './chart.css';

/** A chart, whose library is loaded when the first one is shown. `says` is what it shows, in words. */
export function Chart({ spec, says, tall = false }: { spec: ChartSpec; says: string; tall?: boolean }) {
  const place = useRef<HTMLDivElement>(null);
  const trouble = useSignal<string | null>(null);
  const colours = repaint.value;
  useEffect(() => {
    let remove = () => {};
    let gone = false;
    const show = async () => {
      try {
        const { draw } = await import('../chart/draw.ts');
        if (!gone && place.current) remove = draw(place.current, spec);
      } catch (error) {
        trouble.value = reasonOf(error);
      }
    };
    void show();
    return () => {
      gone = true;
      remove();
    };
  }, [spec, colours]);
  if (trouble.value) return <p class="empty">The chart could not be drawn: {trouble.value}</p>;
  return <div class={`chart ${tall ? 'tall' : ''}`} role="img" aria-label={says} ref={place} />;
}
