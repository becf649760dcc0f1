import { effect } from '@preact/signals';
import { dismissAll } from './notices.ts';
import { forgetRefreshes } from './refreshes.ts';
import { session } from './session.ts';

/** Who signs in next in the same tab sees nothing of what the one before was told. Prices are the same for everybody. */
export function forgetWhoLeft(): void {
  effect(() => {
    if (session.value !== null) return;
    forgetRefreshes();
    dismissAll();
  });
}
