import type { GuardedProcess } from './guarded-process.ts';

/** A real server that lives in a directory of ours, as long as this process does. */
export interface EmbeddedServer {
  /** With its password. */
  url: string;
  port: number;
  pid: number;
  /** Resolves when it has ended, wanted or not, with a sentence about how. */
  ended: Promise<string>;
  /** Ends it in order; nothing of it is left but its data. */
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
