import { CommandFailed } from './failure.ts';

/** Longer than the longest `Prefer: wait` that a command sends, which is a minute. */
const ANSWER_WITHIN_MS = 90_000;

/**
 * `fetch` of what should be the API.
 * @throws CommandFailed when something else answers (a proxy's page, another program on the port), or nothing in time
 */
export const fetchApi: typeof fetch = async (input, init) => {
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(failure(input, `has not answered within ${ANSWER_WITHIN_MS / 1_000} s`)),
    ANSWER_WITHIN_MS,
  );
  try {
    const signal = init?.signal ? AbortSignal.any([late.signal, init.signal]) : late.signal;
    const response = await fetch(input, { ...init, signal });
    const type = response.headers.get('content-type') ?? '';
    if (response.ok && response.status !== 204 && !/json|event-stream/.test(type)) {
      throw failure(input, `is no Freshet API: it answers with ${type || 'nothing that it names'}`);
    }
    return response;
  } finally {
    clearTimeout(timer);
  }
};

function failure(input: Parameters<typeof fetch>[0], what: string): CommandFailed {
  const { origin } = new URL(input instanceof Request ? input.url : input);
  return new CommandFailed(`What listens at ${origin} ${what}. Say where the API is with --url or FRESHET_URL.`, {
    code: 'no_api',
  });
}
