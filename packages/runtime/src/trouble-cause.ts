/** The part of a process that failed, one of few. The job or symbol concerned belongs into the error. */
export interface Part {
  step?: string;
  queue?: string;
  schedule?: string;
}

export interface Cause {
  /** Errors of the same key are one trouble. */
  key: string;
  /** The keys that share a bound. */
  group: string;
  /** For people. */
  message: string;
  /** A server is away, which is one trouble for all parts that need it. */
  away: boolean;
}

/** SQLSTATE codes: no connection, a server that stops or starts, a full disk, no connection free, no writes (a standby). A statement's time-out isn't among them. */
const AWAY_CODE = /^(08...|57P..|53100|53300|25006)$/;
/** The matched text is the key, so it must be equal for all parts: it contains the server's address, but no local port and no script position. */
const AWAY = new RegExp(
  [
    String.raw`\b(?:ECONN[A-Z]+|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|E(?:HOST|NET)UNREACH)\b(?: [^\s]*[\w\]])?`,
    'Connection terminated|timeout exceeded when trying to connect|connection timeout',
    'Connection is closed|Stream isn.t writeable|max retries per request',
    // A Redis that doesn't answer: its commands are short and run one at a time, so all parts are affected.
    'Command timed out|Socket timeout|Redis (?:is away|did not answer)',
    String.raw`\bOOM command not allowed|^(?:OOM|MISCONF|READONLY|NOREPLICAS|LOADING|CLUSTERDOWN|MASTERDOWN)\b`,
  ].join('|'),
);

interface Fields {
  code?: unknown;
  message?: unknown;
  errors?: unknown;
  cause?: unknown;
}

/**
 * Classifies an error. A server that is away is one trouble for all parts. Any other error belongs to the part that failed: two parts with
 * the same message (a statement's time-out, for example) have nothing else in common, and one mustn't hide the other.
 */
export function causeOf(err: unknown, text: string, part: Part): Cause {
  const chain = chainOf(err);
  const message = (chain.map((each) => each.message).find(Boolean) ?? String(codeOf(chain) ?? 'unknown')) as string;
  const away = chain.map(awayOf).find((found) => found !== undefined);
  const told = String(message).slice(0, 300);
  if (away) return { key: `away ${away}`, group: 'away', message: told, away: true };
  const what = codeOf(chain) ?? masked(told);
  return {
    key: JSON.stringify([text, part.step, part.queue, part.schedule, what]),
    group: text,
    message: told,
    away: false,
  };
}

/** The error and its causes. A host name with several addresses fails with an error without a message that holds one error for each address. */
function chainOf(err: unknown): Fields[] {
  const chain: Fields[] = [];
  for (let next: unknown = err; next !== undefined && next !== null && chain.length < 5; ) {
    const fields: Fields = typeof next === 'object' ? next : { message: String(next) };
    chain.push(fields);
    next = Array.isArray(fields.errors) ? (fields.errors[0] ?? fields.cause) : fields.cause;
  }
  return chain;
}

function awayOf({ code, message }: Fields): string | undefined {
  if (typeof code === 'string' && AWAY_CODE.test(code)) return code;
  return AWAY.exec(String(message || code))?.[0];
}

/** The first textual code. BullMQ's codes are numbers, and one number stands for many errors. */
function codeOf(chain: Fields[]): string | undefined {
  return chain.map(({ code }) => code).find((code): code is string => typeof code === 'string');
}

/** Ids and numbers differ each time: `could not renew lock for job #`. */
const masked = (message: string) => message.replace(/[\w:.-]*\d[\w:.-]*/g, '#');
