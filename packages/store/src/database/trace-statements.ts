import type pg from 'pg';
import { endSpan, spanWithin } from '@freshet/runtime';

type Callback = (error: Error | undefined, result: unknown) => void;

/**
 * Makes every statement of this connection a span, if it is part of a trace. The span has the statement's name, but
 * neither its text nor its values.
 */
export function traceStatements(client: pg.PoolClient): void {
  const send = client.query.bind(client) as unknown as (...args: unknown[]) => unknown;
  const traced = (...args: unknown[]): unknown => {
    const span = spanWithin(nameOf(args[0]), { kind: 'CLIENT', attributes: { 'db.system.name': 'postgresql' } });
    if (!span) return send(...args);
    const callback = args.at(-1);
    if (typeof callback === 'function') {
      const ended: Callback = (error, result) => {
        endSpan(span, error);
        (callback as Callback)(error, result);
      };
      return send(...args.slice(0, -1), ended);
    }
    const answer = send(...args);
    Promise.resolve(answer).then(
      () => endSpan(span),
      (error: unknown) => endSpan(span, error),
    );
    return answer;
  };
  client.query = traced as typeof client.query;
}

/** The statement's name, or if it has none, its verb and table. */
function nameOf(statement: unknown): string {
  const { name, text = '' } = typeof statement === 'string' ? { text: statement } : (statement as pg.QueryConfig);
  if (name) return `postgres ${name}`;
  const verb = /\b(select|insert|update|delete|begin|commit|rollback|copy)\b/i.exec(text)?.[1] ?? 'statement';
  const table = /\b(?:from|into|update)\s+([a-z_]+)/i.exec(text)?.[1];
  return ['postgres', verb.toLowerCase(), ...(table ? [table] : [])].join(' ');
}
