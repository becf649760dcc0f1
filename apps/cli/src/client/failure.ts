/** Ends a command: `main.ts` prints the message on stderr and exits with the code. */
export class CommandFailed extends Error {
  override name = 'CommandFailed';
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The same for what the API or the way to it threw: what is wrong, and what to do. `keyFrom`: where the key was found. */
export function failureOf(error: unknown, url: string, keyFrom: string): Error {
  if (!(error instanceof Error)) return new CommandFailed(String(error));
  if (error.name === 'ApiError') {
    const { code, status, requestId } = error as Error & Record<'code' | 'status' | 'requestId', unknown>;
    const whose = code === 'unauthenticated' ? ` The key is the one of ${keyFrom}.` : '';
    return new CommandFailed(`${error.message}${whose} (${String(code ?? status)}, request ${String(requestId)})`);
  }
  if (error instanceof TypeError && error.message === 'fetch failed') {
    const cause = error.cause as (Error & { code?: string }) | undefined;
    return new CommandFailed(
      `No API answers at ${url} (${cause?.code ?? cause?.message ?? 'no connection'}). Start one with freshet up, or say where it is with FRESHET_URL.`,
    );
  }
  return error;
}
