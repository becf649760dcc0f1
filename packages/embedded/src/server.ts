import type { GuardedProcess } from './guarded-process.ts';

/** A real server with its data in a directory of ours. It ends with this process. */
export interface EmbeddedServer {
  /** With its password. */
  url: string;
  port: number;
  pid: number;
  /** Resolves when it has ended, on purpose or not, with a sentence about how. */
  ended: Promise<string>;
  /** Shuts it down in order; only its data remains. */
  stop(): Promise<void>;
  /** Ends it as a crash would. */
  kill9(): Promise<void>;
}

/** A server that is ready, at its address. */
export function runningAt(url: string, port: number, server: GuardedProcess): EmbeddedServer {
  return {
    url,
    port,
    pid: server.pid,
    ended: server.ended,
    stop: () => server.stop(),
    kill9: () => server.kill9(),
  };
}
