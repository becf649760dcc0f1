import './bar.css';

/** A bar from 0 to 1, told to screen readers as a percentage: a progress unless it is a measure of something that stands. */
export function Bar({
  share,
  label,
  tone = '',
  role = 'progressbar',
}: {
  share: number;
  label: string;
  tone?: string;
  role?: 'progressbar' | 'meter';
}) {
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <div
      class={`bar ${tone}`}
      role={role}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <div style={{ width: `${percent}%` }} />
    </div>
  );
}
