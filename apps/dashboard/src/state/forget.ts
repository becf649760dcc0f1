import { effect } from '@preact/signals';
import { dismissAll } from './notices.ts';
import { forgetRefreshes } from './refreshes.ts';
import { reader } from './session.ts';

/** Clears what belongs to one reader when they leave or another comes. Prices are the same for everybody and stay. */
export function forgetWhoLeft(): void {
  let who = reader.peek();
  effect(() => {
    if (reader.value === who) return;
    who = reader.value;
    forgetRefreshes();
    dismissAll();
  });
}
