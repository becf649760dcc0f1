import { useEffect, useRef } from 'preact/hooks';
import { formatPrice } from '../format/numbers.ts';
import './price.css';

/** A price that lights up shortly when it moves, upwards or downwards. */
export function Price({ price }: { price: number }) {
  const cell = useRef<HTMLSpanElement>(null);
  const before = useRef(price);
  useEffect(() => {
    const element = cell.current;
    const moved = price - before.current;
    before.current = price;
    if (!element || moved === 0) return;
    element.classList.remove('moved-up', 'moved-down');
    // Reading a measure makes the browser see the class gone, so that the same animation begins again.
    void element.offsetWidth;
    element.classList.add(moved > 0 ? 'moved-up' : 'moved-down');
  }, [price]);
  return (
    <span class="price" ref={cell}>
      {formatPrice(price)}
    </span>
  );
}
