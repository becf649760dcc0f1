import { signal } from '@preact/signals';

export interface Notice {
  id: number;
  tone: 'good' | 'bad' | 'plain';
  text: string;
}

/** Short messages at the foot of the page, read aloud by screen readers. */
export const notices = signal<readonly Notice[]>([]);

const SHOWN_MS = 6_000;
const BAD_SHOWN_MS = 12_000;
let counter = 0;

export function notify(text: string, tone: Notice['tone'] = 'plain'): void {
  const notice = { id: ++counter, tone, text };
  notices.value = [...notices.value.slice(-3), notice];
  setTimeout(() => dismiss(notice.id), tone === 'bad' ? BAD_SHOWN_MS : SHOWN_MS);
}

export function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}
