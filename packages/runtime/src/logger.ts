import { AsyncLocalStorage } from 'node:async_hooks';
import { destination, pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import { redact } from './redaction.ts';
import { traceOfLine } from './tracing.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  /** The process: `api`, `worker`. */
  name: string;
  level?: string;
  /** Values that must never appear, such as provider keys. */
  secrets?: readonly string[];
  /** Default: stderr, so that stdout belongs to what a command prints. */
  to?: DestinationStream;
}

const context = new AsyncLocalStorage<Record<string, unknown>>();

/** Adds these fields (a job, a refresh) to every line that is logged within `work`, however deep. */
export function logWith<T>(fields: Record<string, unknown>, work: () => T): T {
  return context.run({ ...context.getStore(), ...fields }, work);
}

/** Adds fields to the lines of the current work that become known only later. */
export function logAlso(fields: Record<string, unknown>): void {
  Object.assign(context.getStore() ?? {}, fields);
}

/**
 * JSON lines with ISO times. Whole lines are redacted, rather than chosen paths, so that a secret in a message, in a
 * stack or deep in an object doesn't get out.
 */
export function createLogger({ name, level = 'info', secrets = [], to }: LoggerOptions): Logger {
  return pino(
    {
      name,
      level,
      timestamp: stdTimeFunctions.isoTime,
      mixin: () => ({ ...context.getStore(), ...traceOfLine() }),
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: (line) => redact(line, secrets) },
    },
    to ?? destination({ fd: 2, sync: true }),
  );
}
