import type { AnswerOf } from '@freshet/contracts/api';
import { computed, signal } from '@preact/signals';
import { ask, isRefusal, listeners, reasonOf } from '../api/ask.ts';

type Session = AnswerOf<'GET /api/v1/session'>;

/** Who is signed in: null when nobody is, undefined until that is known. */
export const session = signal<Session | null | undefined>(undefined);
/** Why it isn't known, when the server can't be reached. */
export const sessionTrouble = signal<string | null>(null);
/**
 * Whether the session was cut off that its reader hadn't ended: it grew too old, or its key was revoked. `session` still says whose it
 * was, because the page keeps what they were writing, unseen, until they sign in again.
 */
export const cutOff = signal(false);

const RETRY_MS = 2_000;

export const isStaff = computed(() => session.value?.role === 'admin' || session.value?.role === 'support');
export const isAdmin = computed(() => session.value?.role === 'admin');

const whoIs = (one: Session | null | undefined) => (one ? `${one.user_id} ${one.role}` : null);
/** Whose the page is; it is made anew for another one. */
export const reader = computed(() => whoIs(session.value));

export async function readSession(): Promise<void> {
  listeners.unauthenticated = () => {
    if (session.peek()) cutOff.value = true;
    else session.value = null;
  };
  try {
    begin(await ask('GET /api/v1/session'));
    sessionTrouble.value = null;
  } catch (error) {
    if (isRefusal(error)) {
      if (!cutOff.peek()) session.value = null;
      sessionTrouble.value = null;
      return;
    }
    sessionTrouble.value = reasonOf(error);
    setTimeout(() => void readSession(), RETRY_MS);
  }
}

/** @throws ApiError when the key opens nothing */
export async function signIn(key: string): Promise<void> {
  begin(await ask('POST /api/v1/session', { body: { key } }));
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
  cutOff.value = false;
  tellOtherTabs();
}

function begin(begun: Session): void {
  session.value = begun;
  cutOff.value = false;
  tellOtherTabs();
}

/** The tabs of a browser share one cookie, so that whoever signs in or out in one does so in all of them. */
let tabs: BroadcastChannel | null = null;

function tellOtherTabs(): void {
  tabs?.postMessage(reader.peek());
}

/** Has this tab show nothing of one reader when another has signed in, or nobody is left, in another tab. */
export function followOtherTabs(): void {
  tabs = new BroadcastChannel('freshet.session');
  tabs.addEventListener('message', ({ data }) => {
    if (data !== reader.peek()) {
      session.value = undefined;
      cutOff.value = false;
    } else if (!cutOff.peek()) return;
    void readSession();
  });
}
