import type { AnswerOf } from '@freshet/contracts/api';
import { computed, signal } from '@preact/signals';
import { ask, isRefusal, listeners, reasonOf } from '../api/ask.ts';

type Session = AnswerOf<'GET /api/v1/session'>;

/** Who is signed in: null when nobody is, undefined until that is known. */
export const session = signal<Session | null | undefined>(undefined);
/** Why it isn't known, when the server can't be reached. */
export const sessionTrouble = signal<string | null>(null);

const RETRY_MS = 2_000;

export const isStaff = computed(() => session.value?.role === 'admin' || session.value?.role === 'support');
export const isAdmin = computed(() => session.value?.role === 'admin');

export async function readSession(): Promise<void> {
  listeners.unauthenticated = () => {
    session.value = null;
  };
  try {
    session.value = await ask('GET /api/v1/session');
    sessionTrouble.value = null;
  } catch (error) {
    if (isRefusal(error)) {
      session.value = null;
      sessionTrouble.value = null;
      return;
    }
    sessionTrouble.value = reasonOf(error);
    setTimeout(() => void readSession(), RETRY_MS);
  }
}

/** @throws ApiError when the key opens nothing */
export async function signIn(key: string): Promise<void> {
  session.value = await ask('POST /api/v1/session', { body: { key } });
}

/**
 * Only the server can end a session. Until it has, the cookie still opens everything, so a failure must be shown.
 * @throws the error that kept the session from ending; the reader is still signed in
 */
export async function signOut(): Promise<void> {
  try {
    await ask('DELETE /api/v1/session');
  } catch (error) {
    // It has ended already.
    if (!(isRefusal(error) && error.status === 401)) throw error;
  }
  session.value = null;
}
