import { effect } from '@preact/signals';
import { dismissAll } from './notices.ts';
import { forgetRefreshes } from './refreshes.ts';
import { session } from './session.ts';

/** Clears what belongs to one reader when they sign out. Prices are the same for everybody and stay. */
export function forgetWhoLeft(): void {
  effect(() => {
    if (session.value) return;
    forgetRefreshes();
    dismissAll();
  });
}
