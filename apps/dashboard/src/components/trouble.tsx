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

/** What stands in the place of a part, or of a whole page, before its first answer: that it is being read, or why it can't be. */
export function Unread({ read: { trouble, notFound, again } }: { read: Read<unknown> }) {
  if (trouble.value === null) return <p class="empty">Reading</p>;
  // What there isn't is asked for in vain.
  return <Trouble text={trouble.value} again={notFound.value ? undefined : again} />;
}

/** The same for a page, which has a heading all the same: it is how a screen reader finds its beginning. */
export function UnreadPage({ title, read }: { title: string; read: Read<unknown> }) {
  return (
    <>
      <div class="page-head">
        <h1>{title}</h1>
      </div>
      <Unread read={read} />
    </>
  );
}
