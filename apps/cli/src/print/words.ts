/** `42 s`, `5 min`, `3 h`, `2 d`. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 129_600) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** How long ago, or in how long, a time is. */
export function ago(time: string | null, now = Date.now()): string | null {
  if (time === null) return null;
  const seconds = (now - Date.parse(time)) / 1_000;
  return seconds >= 0 ? `${duration(seconds)} ago` : `in ${duration(-seconds)}`;
}

/** `+1.25 %` */
export function percent(value: number | null): string | null {
  return value === null ? null : `${value < 0 ? '' : '+'}${value.toFixed(2)} %`;
}

/** A price with the digits that it needs: two above 100, four above 1, eight below. */
export function price(value: number | null): string | null {
  if (value === null) return null;
  const most = Math.abs(value) >= 100 ? 2 : Math.abs(value) >= 1 ? 4 : 8;
  return value.toLocaleString('en-US', { useGrouping: false, minimumFractionDigits: 2, maximumFractionDigits: most });
}

/**
 * Text without characters that would steer the terminal. Names, reasons and what providers answer come from others, and an escape sequence
 * in them could hide lines or set the clipboard. Line breaks and tabs stay.
 */
export function harmless(text: string): string {
  return text.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (each) =>
    each === '\n' || each === '\t' ? each : '\ufffd',
  );
}
