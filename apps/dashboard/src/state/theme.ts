import { effect, signal } from '@preact/signals';
import { readKept, writeKept } from './kept.ts';

const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** `auto` follows the system. */
export const theme = signal<Theme>(THEMES.find((each) => each === readKept('theme')) ?? 'auto');

export function nextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'auto';
}

/** Charts draw on a canvas, which no style sheet reaches: this counts the times that colours changed. */
export const repaint = signal(0);

export function applyTheme(): void {
  effect(() => {
    if (theme.value === 'auto') document.documentElement.removeAttribute('data-theme');
    else document.documentElement.setAttribute('data-theme', theme.value);
    writeKept('theme', theme.value);
    repaint.value = repaint.peek() + 1;
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    repaint.value++;
  });
}
