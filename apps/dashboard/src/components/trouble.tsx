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
