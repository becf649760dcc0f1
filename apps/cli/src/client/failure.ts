/** What `--json` prints of a failure: a stable code, and for a refusal of the API its status and request id. */
interface Told {
  code: string;
  /** Default: the message. */
  detail?: string;
  status?: number;
  request_id?: string;
}

/** Ends a command: `main.ts` says why on stderr and exits with the code. */
export class CommandFailed extends Error {
  override name = 'CommandFailed';
  readonly exitCode: number;
  readonly told: Told;

  constructor(message: string, { exitCode = 1, ...told }: Partial<Told> & { exitCode?: number } = {}) {
    super(message);
    this.exitCode = exitCode;
    this.told = { code: 'failed', ...told };
  }
}

/** Whether an error means that the API was out of reach or broke off, so that asking again may help. */
export function isConnectionLost(error: unknown): boolean {
  const { name, message, status = 0 } = error as Error & { status?: number };
  if (name === 'TypeError') return message === 'fetch failed' || message === 'terminated';
  return name === 'ApiError' && status >= 502 && status <= 504;
}

/** The failure to show for an error of the API or of the connection to it. @param keyFrom where the key was found */
export function failureOf(error: unknown, url: string, keyFrom: string): Error {
  if (!(error instanceof Error)) return new CommandFailed(String(error));
  if (error.name === 'ApiError') {
    const { code, status, requestId } = error as Error & {
      code: string | null;
      status: number;
      requestId: string | null;
    };
    const detail = `${error.message}${code === 'unauthenticated' ? ` The key is the one of ${keyFrom}.` : ''}`;
    const told = { code: code ?? 'unexpected_answer', detail, status, request_id: requestId ?? undefined };
    return new CommandFailed(`${detail} (${code ?? status}, request ${requestId})`, told);
  }
  if (error instanceof TypeError && error.message === 'fetch failed') {
    const cause = error.cause as (Error & { code?: string }) | undefined;
    return new CommandFailed(
      `No API answers at ${url} (${cause?.code ?? cause?.message ?? 'no connection'}). Start one with freshet up, or say where it is with FRESHET_URL.`,
      { code: 'no_api' },
    );
  }
  if (error instanceof TypeError && error.message === 'terminated') {
    const detail = `The API at ${url} broke off in the middle of its answer. See with freshet status whether it is back, then ask again.`;
    return new CommandFailed(detail, { code: 'no_api' });
  }
  return error;
}

/** The codes of errors that libraries throw: for a wrong variable, and for a wrong option or argument. */
const CODES: Record<string, string> = { ConfigError: 'invalid_configuration', CommanderError: 'usage' };

/** The one object on stderr with `--json`, shaped like the API's problems. */
export function failureJson(error: Error & { told?: Told }): string {
  const { code, ...more } = error.told ?? { code: CODES[error.name] ?? CODES[error.constructor.name] ?? 'failed' };
  return JSON.stringify({ code, detail: error.message.replace(/^error: /, ''), ...more });
}
