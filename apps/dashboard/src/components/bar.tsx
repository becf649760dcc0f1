import './bar.css';

/** A bar from 0 to 1, told to screen readers as a percentage. */
export function Bar({ share, label, tone = '' }: { share: number; label: string; tone?: string }) {
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <div
      class={`bar ${tone}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <div style={{ width: `${percent}%` }} />
    </div>
  );
}
