import { ApiError } from '@freshet/client';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { reasonOf } from '../api/ask.ts';
import { cutOff, signIn } from '../state/session.ts';
import { useTitle } from '../state/use-title.ts';
import { Logo } from './logo.tsx';
import './sign-in.css';

/** Asks for a key. It goes out once and is kept nowhere: the browser gets a cookie that no script can read. */
export function SignIn() {
  useTitle('Sign in');
  const trouble = useSignal<string | null>(null);
  const busy = useSignal(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const key = String(new FormData(form).get('key') ?? '').trim();
    if (key === '' || busy.value) return;
    busy.value = true;
    try {
      await signIn(key);
    } catch (error) {
      // What the API says then is meant for programs.
      const refused = error instanceof ApiError && error.status === 401;
      trouble.value = refused ? 'This key opens nothing: it is wrong, has ended or was revoked.' : reasonOf(error);
    } finally {
      busy.value = false;
    }
  };
  return (
    <main class="sign-in">
      <form class="card" onSubmit={submit}>
        <div class="brand">
          <Logo />
          <h1>Freshet</h1>
        </div>
        {cutOff.value && <p role="status">Your session has ended. Sign in again, and you are back where you were.</p>}
        <input type="text" name="username" autocomplete="username" value="freshet" readOnly hidden />
        <div>
          <label class="label" for="key">
            Your key
          </label>
          <input
            id="key"
            ref={field}
            name="key"
            class="field"
            type="password"
            autocomplete="current-password"
            required
            aria-invalid={trouble.value !== null}
            aria-describedby="key-help"
          />
        </div>
        {trouble.value && (
          <p class="down" role="alert">
            {trouble.value}
          </p>
        )}
        <button class="button primary" type="submit" aria-disabled={busy.value}>
          {busy.value ? 'Signing in' : 'Sign in'}
        </button>
        <p id="key-help" class="muted small">
          <code>freshet up</code> prints a link that signs in by itself, and keeps its keys in <code>keys.json</code> of
          its data directory. <a href="/docs">API documentation</a>
        </p>
      </form>
    </main>
  );
}
