/** The part of a process that something failed for: one of few. Which job or symbol it was belongs to the error. */
export interface Part {
  step?: string;
  queue?: string;
  schedule?: string;
}

export interface Cause {
  /** What has the same key is one trouble. */
  key: string;
  /** The keys that share a bound. */
  group: string;
  /** For people. */
  message: string;
  /** The server's own trouble, whoever met it. */
  away: boolean;
}

/** Of SQLSTATE: no connection, a server that stops or starts, a full disk, no connection free, no writes (a standby). A statement's time-out isn't. */
const AWAY_CODE = /^(08...|57P..|53100|53300|25006)$/;
/** What is matched is the same for all who meet it: an address is in it, the local port and the script's place aren't. */
const AWAY = new RegExp(
  [
    String.raw`\b(?:ECONN[A-Z]+|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|E(?:HOST|NET)UNREACH)\b(?: [^\s]*[\w\]])?`,
    'Connection terminated|timeout exceeded when trying to connect|connection timeout',
    'Connection is closed|Stream isn.t writeable|max retries per request',
    // Of a Redis that says nothing, whoever waits for it: its commands are short, and it serves one at a time.
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
 * A server that is away is one trouble for all who miss it. Everything else is a trouble of what failed: two parts that fail with
 * the same message (a statement's time-out, say) have nothing else in common, and the one mustn't hide the other.
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

/** The error and what lies under it; an address that resolves to several fails with an error of no message, and one for each. */
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

/** BullMQ's are numbers, and the same for many. */
function codeOf(chain: Fields[]): string | undefined {
  return chain.map(({ code }) => code).find((code): code is string => typeof code === 'string');
}

/** Ids and numbers differ each time: `could not renew lock for job #`. */
const masked = (message: string) => message.replace(/[\w:.-]*\d[\w:.-]*/g, '#');
