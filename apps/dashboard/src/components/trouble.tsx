import type { Read } from '../state/use-read.ts';

/** What went wrong and, where it may help, a way to try again. */
export function Trouble({ text, again }: { text: string | null; again?: () => void }) {
  if (text === null) return null;
  return (
    <p class="trouble" role="alert">
      {text}{' '}
      {again && (
        <button type="button" class="button small" onClick={again}>
          Try again
        </button>
      )}
    </p>
  );
}

/** What stands in the place of something that has not been read: it isn't known whether there is any. */
export function unread({ trouble }: Pick<Read<unknown>, 'trouble'>): string {
  return trouble.value === null ? 'Reading' : 'Not known: it could not be read.';
}
