import { signal } from '@preact/signals';

export interface Notice {
  id: number;
  tone: 'good' | 'bad' | 'plain';
  text: string;
  /** What can be done about it. Such a notice stays until it is dismissed or done. */
  action?: { says: string; run(): void };
}

/** Short messages at the foot of the page, read aloud by screen readers. */
export const notices = signal<readonly Notice[]>([]);

const SHOWN_MS = 6_000;
const BAD_SHOWN_MS = 12_000;
let counter = 0;

export function notify(text: string, tone: Notice['tone'] = 'plain', action?: Notice['action']): void {
  const notice = { id: ++counter, tone, text, action };
  const others = notices.value.filter((each) => each.text !== text);
  notices.value = [...others.slice(-3), notice];
  if (!action) setTimeout(() => dismiss(notice.id), tone === 'bad' ? BAD_SHOWN_MS : SHOWN_MS);
}

export function dismissAll(): void {
  notices.value = [];
}

export function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}
