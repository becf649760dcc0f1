import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import './dialog.css';

/** A window above the page that keeps the keyboard inside; Escape closes it. */
export function Dialog({ title, close, children }: { title: string; close: () => void; children: ComponentChildren }) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    element.current?.showModal();
    // The browser takes the first thing that can have the focus, which is the cross that closes.
    element.current?.querySelector('input')?.focus();
    return () => {
      // A dialog that is taken away, rather than closed, leaves the focus nowhere.
      if (document.activeElement === document.body) before?.focus();
    };
  }, []);
  return (
    <dialog ref={element} aria-label={title} onClose={close}>
      <div class="card-head">
        <h2>{title}</h2>
        <button type="button" class="icon" aria-label="Close" onClick={() => element.current?.close()}>
          ×
        </button>
      </div>
      {children}
    </dialog>
  );
}
