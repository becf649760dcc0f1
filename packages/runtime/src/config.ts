import type { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { environment, type Environment } from './environment.ts';

/** The processes that read variables; `up` is `freshet up`. */
export type ProcessName = 'api' | 'worker' | 'scheduler' | 'simulator' | 'migrate' | 'up' | 'client';

/** One environment variable: its name, what it means, who reads it and how its text is understood. */
export interface Variable<T = unknown> {
  readonly name: string;
  /** One sentence for the operator. */
  readonly doc: string;
  readonly readBy: readonly ProcessName[];
  /** As text. Absent: it may be unset, or must be set when `required`. */
  readonly default?: string;
  /** Its value is never printed. */
  readonly secret: boolean;
  /** What it should look like, for the message: `a whole number of milliseconds`. */
  readonly expects: string;
  readonly required: boolean;
  readonly schema: z.ZodType<T, string>;
}

type Shape = Readonly<Record<string, Variable>>;
type Read<S extends Shape> = { [K in keyof S]: S[K] extends Variable<infer T> ? T : never };

/**
 * Reads the variables of a process, all of them before it complains.
 * @throws ConfigError naming every problem at once
 */
export function readConfig<S extends Shape>(shape: S, env: Environment = environment()): Read<S> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, variable] of Object.entries(shape)) {
    const text = env[variable.name]?.trim() || variable.default;
    if (text === undefined) {
      if (variable.required) problems.push(`${variable.name} is not set: ${variable.doc}`);
      continue;
    }
    const parsed = variable.schema.safeParse(text);
    if (parsed.success) values[key] = parsed.data;
    else problems.push(`${variable.name} must be ${variable.expects}${variable.secret ? '' : `, not "${text}"`}`);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return values as Read<S>;
}

/** The values of all secret variables that are set, for a logger to redact. */
export function secretsIn(variables: Iterable<Variable>, env: Environment = environment()): string[] {
  const found = new Set<string>();
  for (const variable of variables) {
    const value = env[variable.name]?.trim();
    // Shorter ones can't be told from ordinary words.
    if (variable.secret && value && value.length >= 8) found.add(value);
  }
  return [...found];
}
