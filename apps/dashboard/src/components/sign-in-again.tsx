import { useLayoutEffect, useRef } from 'preact/hooks';
import { SignIn } from './sign-in.tsx';
import './sign-in-again.css';

/** The sign-in form above everything, also above a dialog that stands open in the page: it can't be left but by signing in. */
export function SignInAgain() {
  const element = useRef<HTMLDialogElement>(null);
  const open = () => element.current?.showModal();
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    open();
    return () => before?.focus();
  }, []);
  return (
    <dialog
      ref={element}
      class="sign-in-again"
      aria-label="Sign in again"
      onKeyDown={(event) => {
        // A second Escape might come before this is open again, and close the dialog below.
        if (event.key === 'Escape') event.preventDefault();
      }}
      onClose={open}
    >
      <SignIn />
    </dialog>
  );
}
